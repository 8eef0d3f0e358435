// What registered agents cost: `node bench/agents.js` after `npm run build`. 10,000 over WSS, each on a connection of its
// own, and 20,000 over UDP, at an embedded gateway in a process of its own.
import { readdirSync } from 'node:fs'
import { startEmbeddedGateway } from '../dist/gateway/embedded.js'
import { cpuMsOf, megabytesOf } from './process-tree.js'
import { cpuOver, sleep, withRun } from './program-run.js'

/** The difference of two runs is free of what the program costs without any agent. */
const few = 500
const crowds = [
  { transport: 'wss', agents: 10_000, rate: '2000/s', isConnected: true },
  { transport: 'udp', agents: 20_000, rate: '2000/s', isConnected: false },
]
const settleMs = 3000
const idleMs = 4000
const descriptorsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length

/** Connections a second between the first tenth and the last. */
async function connectionRate(pid, agents) {
  const reached = async (share) => {
    while (descriptorsOf(pid) < agents * share) await sleep(10)
    return { atMs: performance.now(), count: descriptorsOf(pid), cpuMs: cpuMsOf(pid) }
  }
  const [from, to] = [await reached(0.1), await reached(0.9)]
  const count = to.count - from.count
  return { rate: (count * 1000) / (to.atMs - from.atMs), cpuMs: (to.cpuMs - from.cpuMs) / count }
}

async function measure(place, { transport, rate, isConnected }, agents) {
  const gateway = `${transport}://127.0.0.1:${place.ports[transport]}`
  const inputs = { gateway, transport, agents, rate, wait: `${settleMs + idleMs + 3000}ms` }
  let connecting
  const starting = ({ pid }) => {
    if (isConnected && agents > few) connecting = connectionRate(pid, agents)
  }
  return await withRun(
    place,
    'registered-agents',
    inputs,
    async ({ pid, result }) => {
      const connected = await connecting
      await sleep(settleMs)
      const idleCpuMs = await cpuOver(pid, idleMs)
      const megabytes = megabytesOf(pid)
      const { verdict, reasons } = await result()
      if (verdict !== 'pass') throw new Error(`${agents} agents over ${transport}: ${reasons.join('; ')}`)
      return { megabytes, idleCpuMs, connected }
    },
    starting,
  )
}

const gateway = await startEmbeddedGateway({ webrtc: true })
try {
  const ports = Object.fromEntries(gateway.targets.map(({ transport, port }) => [transport, port]))
  const place = { ports, caFile: gateway.caFile }
  console.log(
    '| registered agents | memory of each, kB | whole process, MB | new connections/s | CPU of one, ms | CPU of all while idle, ms/s |',
  )
  console.log('|---|---|---|---|---|---|')
  for (const crowd of crowds) {
    const [less, more] = [await measure(place, crowd, few), await measure(place, crowd, crowd.agents)]
    const kilobytes = ((more.megabytes - less.megabytes) * 1024) / (crowd.agents - few)
    const { connected } = more
    const cells = [`${crowd.agents} over ${crowd.transport}`, kilobytes.toFixed(1), more.megabytes.toFixed(0)]
    cells.push(connected?.rate.toFixed(0) ?? '-', connected?.cpuMs.toFixed(2) ?? '-', more.idleCpuMs.toFixed(0))
    console.log(`| ${cells.join(' | ')} |`)
  }
} finally {
  await gateway.stop()
}
