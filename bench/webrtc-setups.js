// What a set-up of a WebRTC agent costs once the code is compiled, and how many a second the embedded gateway and the
// program make together: `node bench/webrtc-setups.js [calls a second ...] [--write]` after `npm run build`. Agents over
// WSS call one phone with plain RTP behind the gateway; calls last 200 ms, in which both must hear each other.
// `--against rtpengine` has Kamailio and RTPEngine of lab/ in place of the embedded gateway, and is not written.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startEmbeddedGateway } from '../dist/gateway/embedded.js'
import { withLab } from './lab.js'
import { cpuMsOf } from './process-tree.js'
import { seriesOf, sleep, withRun } from './program-run.js'

const pageFile = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const begin = '<!-- set-ups: written by node bench/webrtc-setups.js --write -->'
const end = '<!-- end of set-ups -->'

/** V8 compiles what is called often, and until then a call costs three times as much. */
const warmUpSeconds = 50
const usualRates = { gateway: [100, 200, 300], rtpengine: [100] }
const windowSeconds = { gateway: 10, rtpengine: 30 }
/** Calls a second while V8 compiles, at most. */
const firstRate = 100
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
async function readings(place, pids) {
  return {
    atMs: performance.now(),
    busyMs: busyMs(),
    ended: await place.endedCalls(),
    cpuMs: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMsOf(pid)])),
  }
}

/** One rate, after the warm-up: calls that ended each second, and milliseconds of CPU of each. */
async function measureWindow(place, pids, seconds) {
  await sleep(warmUpSeconds * 1000 + settleMs)
  const from = await readings(place, pids)
  await sleep(seconds * 1000 - settleMs)
  const to = await readings(place, pids)
  const [calls, windowMs] = [to.ended - from.ended, to.atMs - from.atMs]
  const used = Object.keys(pids).map((name) => [name, to.cpuMs[name] - from.cpuMs[name]])
  const cpu = Object.fromEntries(used.map(([name, cpuMs]) => [name, cpuMs / calls]))
  const ownMs = used.reduce((sum, [, cpuMs]) => sum + cpuMs, 0)
  const others = Math.max(0, to.busyMs - from.busyMs - ownMs) / windowMs
  return { reached: (calls * 1000) / windowMs, cpu, cores: ownMs / windowMs, others }
}

async function measure(place, rate, seconds) {
  const agents = Math.max(fewestAgents, Math.ceil(rate * secondsOfCall))
  const first = `${Math.min(rate, firstRate)}/s`
  const load = { warming: `${warmUpSeconds}s`, first, rate: `${rate}/s`, for: `${seconds}s` }
  return await withRun(place, 'desk-phones', { gateway: place.targets.udp }, (desk) =>
    withRun(place, 'webrtc-setups', { gateway: place.targets.wss, agents, ...load }, async ({ pid, result }) => {
      const window = await measureWindow(place, { agent: pid, ...place.pids, phone: desk.pid }, seconds)
      const { calls, metrics } = await result()
      const deaf = total(metrics, 'media.silent_calls') + total(metrics, 'media.one_way_calls')
      const isWhole = calls.completed === calls.attempted && deaf === 0
      return { ...window, rate, calls, deaf, isSustained: isWhole && window.reached >= rate * sustainedShare }
    }),
  )
}

async function withEmbeddedGateway(work) {
  const gateway = await startEmbeddedGateway({ webrtc: true })
  try {
    const ports = Object.fromEntries(gateway.targets.map(({ transport, port }) => [transport, port]))
    return await work({
      targets: { udp: `udp://127.0.0.1:${ports.udp}`, wss: `wss://127.0.0.1:${ports.wss}` },
      caFile: gateway.caFile,
      pids: { gateway: gateway.pids[0] },
      endedCalls: async () => (await gateway.statistics())[0].callsEnded,
    })
  } finally {
    await gateway.stop()
  }
}

const total = (metrics, name) => seriesOf(metrics, name)?.value ?? Number.NaN

const failuresOf = ({ failures }) =>
  Object.entries(failures)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ') || 'none'

function tableOf(rows) {
  const names = Object.keys(rows[0].cpu)
  const heads = ['set-ups/s wanted', 'made', 'completed', 'failed', 'not heard', ...names]
  heads.push('all', 'cores', 'cores of others')
  const lines = rows.map(({ rate, reached, calls, deaf, cpu, cores, others }) => {
    const each = names.map((name) => cpu[name])
    const sum = each.reduce((whole, part) => whole + part, 0)
    const costs = [...each, sum, cores, others].map((value) => value.toFixed(2))
    return [rate, reached.toFixed(0), `${calls.completed} of ${calls.attempted}`, failuresOf(calls), deaf, ...costs]
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

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' }, against: { type: 'string', default: 'gateway' } },
  allowPositionals: true,
})
const withPlace = { gateway: withEmbeddedGateway, rtpengine: withLab }[values.against]
if (!withPlace) throw new Error(`--against ${values.against}: gateway or rtpengine`)

const rates = positionals.length > 0 ? positionals.map(Number) : usualRates[values.against]
const rows = []
for (const rate of rates) {
  rows.push(await withPlace((place) => measure(place, rate, windowSeconds[values.against])))
}
const text = tableOf(rows)
console.log(text)
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}.`
if (values.write && values.against === 'gateway') writePage(`${machine} ${text}`)
process.exit(0)
