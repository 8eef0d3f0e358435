// What a set-up of a WebRTC agent costs once the code is compiled, and how many a second the embedded gateway and the
// program make together: `node bench/webrtc-setups.js [calls a second ...] [--write]` after `npm run build`. Agents over
// WSS call one phone with plain RTP behind the gateway; calls last 200 ms, in which both must hear each other.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startEmbeddedGateway } from '../dist/gateway/embedded.js'
import { cpuMsOf } from './process-tree.js'
import { sleep, withRun } from './program-run.js'

const pageFile = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const begin = '<!-- set-ups: written by node bench/webrtc-setups.js --write -->'
const end = '<!-- end of set-ups -->'

/** V8 compiles what is called often, and until then a call costs three times as much. */
const warmUpSeconds = 50
const usualRates = [100, 200, 300]
const seconds = 10
/** Calls of the warm-up are over. */
const settleMs = 2000
/** Calls last 200 ms and more while they are set up. */
const secondsOfCall = 1.5
/** Fewer calls than this share of the rate: the load was not sustained. */
const sustainedShare = 0.98
const fewestAgents = 150

/** Milliseconds in which the processors of the machine were busy, whoever kept them so. */
const busyMs = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)

/** CPU of each process and of the machine, and calls that have ended, so far. */
async function readings(gateway, pids) {
  const [statistics] = await gateway.statistics()
  return {
    atMs: performance.now(),
    busyMs: busyMs(),
    ended: statistics.callsEnded,
    cpuMs: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMsOf(pid)])),
  }
}

/** One rate, after the warm-up: calls that ended each second, and milliseconds of CPU of each. */
async function measureWindow(gateway, pids) {
  await sleep(warmUpSeconds * 1000 + settleMs)
  const from = await readings(gateway, pids)
  await sleep(seconds * 1000 - settleMs)
  const to = await readings(gateway, pids)
  const [calls, windowMs] = [to.ended - from.ended, to.atMs - from.atMs]
  const used = Object.keys(pids).map((name) => [name, to.cpuMs[name] - from.cpuMs[name]])
  const cpu = Object.fromEntries(used.map(([name, cpuMs]) => [name, cpuMs / calls]))
  const ownMs = used.reduce((sum, [, cpuMs]) => sum + cpuMs, 0)
  const others = Math.max(0, to.busyMs - from.busyMs - ownMs) / windowMs
  return { reached: (calls * 1000) / windowMs, cpu, cores: ownMs / windowMs, others }
}

async function measure(gateway, rate) {
  const ports = Object.fromEntries(gateway.targets.map(({ transport, port }) => [transport, port]))
  const place = { ports, caFile: gateway.caFile }
  const target = (transport) => `${transport}://127.0.0.1:${ports[transport]}`
  const load = { warming: `${warmUpSeconds}s`, rate: `${rate}/s`, for: `${seconds}s` }
  const inputs = { gateway: target('wss'), agents: Math.max(fewestAgents, Math.ceil(rate * secondsOfCall)), ...load }
  return await withRun(place, 'desk-phones', { gateway: target('udp') }, (desk) =>
    withRun(place, 'webrtc-setups', inputs, async ({ pid, result }) => {
      const window = await measureWindow(gateway, { agent: pid, gateway: gateway.pids[0], phone: desk.pid })
      const { calls, metrics } = await result()
      const deaf = total(metrics, 'media.silent_calls') + total(metrics, 'media.one_way_calls')
      const isWhole = calls.completed === calls.attempted && deaf === 0
      return { ...window, rate, calls, deaf, isSustained: isWhole && window.reached >= rate * sustainedShare }
    }),
  )
}

const total = (metrics, name) =>
  metrics.find((series) => series.name === name && Object.keys(series.tags).length === 0)?.value ?? Number.NaN

const heads = [
  'set-ups/s wanted',
  'made',
  'completed',
  'not heard',
  'agent',
  'gateway',
  'phone',
  'all',
  'cores',
  'cores of others',
]

function tableOf(rows) {
  const lines = rows.map(({ rate, reached, calls, deaf, cpu, cores, others }) => {
    const sum = cpu.agent + cpu.gateway + cpu.phone
    const costs = [cpu.agent, cpu.gateway, cpu.phone, sum, cores, others].map((value) => value.toFixed(2))
    return [rate, reached.toFixed(0), `${calls.completed} of ${calls.attempted}`, deaf, ...costs]
  })
  const sustained = rows.filter(({ isSustained }) => isSustained).map(({ rate }) => rate)
  const table = [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const most = sustained.at(-1)
  const verdict = most === undefined ? 'None of the rates was sustained.' : `Sustained: ${most} set-ups a second.`
  return `${verdict} CPU of a set-up in milliseconds.\n\n${table}`
}

function writePage(text) {
  const page = readFileSync(pageFile, 'utf8')
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${pageFile} has lost its marks`)
  writeFileSync(pageFile, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`)
}

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
const rates = positionals.length > 0 ? positionals.map(Number) : usualRates
const rows = []
for (const rate of rates) {
  const gateway = await startEmbeddedGateway({ webrtc: true })
  try {
    rows.push(await measure(gateway, rate))
  } finally {
    await gateway.stop()
  }
}
const text = tableOf(rows)
console.log(text)
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}.`
if (values.write) writePage(`${machine} ${text}`)
process.exit(0)
