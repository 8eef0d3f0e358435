// When RTP leaves and what it costs, beside SIPp and a program in C that does nothing else: `node bench/pacing.js [streams ...]`
// after `npm run build`; 1000 and 2000 streams when left out. A sink of its own (test/peers/rtp-sink.c) judges the pacing
// by the kernel's times of arrival; it and the kernel's loopback share the machine with whoever sends.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WheelClock } from '../dist/base/wheel-clock.js'
import { newDgramPort, newNativePort } from '../dist/media/stream-ports.js'
import { nativePart } from '../dist/native/addon.js'
import { median } from './cpu.js'
import { pathOf, protections } from './protection.js'

const self = fileURLToPath(import.meta.url)
const host = '127.0.0.1'
const firstSinkPort = 33_000
const uasPort = 5899
const warmUpSeconds = 4
const seconds = 8
const ptimeMs = 20
/** Of what is compared in pairs. */
const rounds = 5
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const portOf = (kind, clock) => {
  const ports = { firstPort: 16_384, lastPort: 32_767 }
  return kind === 'native' ? newNativePort({ clock, ports }, nativePart.addon) : newDgramPort({ clock, ports })
}

const total = (column, rows) => column.subarray(0, rows).reduce((sum, value) => sum + value, 0)

/** Every two streams know each other, and have keys where they need some. */
async function introduce(port, opened, { spec, changeOf }) {
  const ends = opened.map((stream, number) => ({ ...stream, ssrc: number + 1 }))
  for (let first = 0; first < ends.length; first += 2) {
    const pair = [ends[first], ends[first + 1]]
    const paths = spec.webrtc ? pair.map(({ handle }) => pathOf(port, handle)) : []
    for (const [number, { handle }] of pair.entries()) port.update(handle, changeOf(pair[1 - number], number === 0))
    await Promise.all(paths)
  }
}

/** Streams to the sink, or to each other where there is no port of one; prints counts and CPU of the measured time. */
async function serve(kind, streams, sinkPort, protection) {
  const clock = new WheelClock()
  const port = portOf(kind, clock)
  const spec = (ssrc) => ({
    localHost: host,
    direction: 'bench',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs,
    source: { kind: 'speech' },
    ssrc,
    cname: 'bench',
    sending: true,
    startMs: clock.nowMs(),
    ...protection.spec,
  })
  await port.prepare(host, streams, protection.spec.webrtc !== undefined)
  const opened = []
  for (let number = 0; number < streams; number++) opened.push(await port.open(spec(number + 1)))
  if (sinkPort === 0) await introduce(port, opened, protection)
  else {
    for (const [number, { handle }] of opened.entries()) {
      port.update(handle, protection.changeOf({ local: { host, port: sinkPort + 2 * number } }, true))
    }
  }
  await sleep(warmUpSeconds * 1000)
  const count = (column) => total(port.statistics[column], streams)
  const before = { sent: count('packetsSent'), received: count('packetsReceived'), cpu: process.cpuUsage() }
  port.sendLag.reset()
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(before.cpu)
  const [sent, received] = [count('packetsSent') - before.sent, count('packetsReceived') - before.received]
  const lagP99Ms = port.sendLag.percentileMs(99)
  console.log(JSON.stringify({ sent, received, cpuSeconds: (user + system) / 1e6, lagP99Ms }))
  process.exit(0)
}

function compile(folder, source, name) {
  const program = join(folder, name)
  const file = fileURLToPath(new URL(source, import.meta.url))
  const { status, stderr } = spawnSync('gcc', ['-O2', '-pthread', '-o', program, file, '-lm'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${source} does not compile: ${stderr}`)
  return program
}

/** What a program prints until it ends by itself, or is asked to by `stop`. */
function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let [text, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  child.stderr.setEncoding('utf8').on('data', (part) => {
    errors += part
  })
  const ended = new Promise((resolve) => child.once('close', () => resolve(text)))
  return { ended, errors: () => errors, stop: (signal) => child.kill(signal) }
}

/** The sink's report of what `send` sends. */
async function judged(programs, ports, send) {
  const args = ['--address', host, '--first-port', `${firstSinkPort}`, '--ports', `${ports}`]
  const sink = start(programs.sink, args)
  while (!sink.errors().includes('ready')) await sleep(20)
  const said = await send()
  sink.stop('SIGINT')
  return { ...JSON.parse(await sink.ended), ...said }
}

const ours = async (kind, streams, sinkPort, protection = 'rtp') =>
  JSON.parse(await start(process.execPath, [self, 'serve', kind, `${streams}`, `${sinkPort}`, protection]).ended)

const inC = async ({ reference }, streams, sinkPort) => {
  const args = ['--streams', `${streams}`, '--warm-up', `${warmUpSeconds}`, '--seconds', `${seconds}`]
  if (sinkPort > 0) args.push('--first-port', `${sinkPort}`)
  return JSON.parse(await start(reference, args).ended)
}

/** SIPp's rtp_stream: its calls are set up within the time that others take to warm up. */
async function bySipp(folder, streams) {
  writeFileSync(join(folder, 'audio.pcmu'), Buffer.alloc(160 * 500, 0xd5))
  const scenario = (role) => fileURLToPath(new URL(`./scenarios/rtp-stream-${role}.xml`, import.meta.url))
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] }
  const common = ['-i', host, '-nostdin', '-buff_size', '4000000', '-l', `${streams}`]
  const uas = spawn(
    'sipp',
    ['-sf', scenario('uas'), '-key', 'sink', `${firstSinkPort}`, '-p', `${uasPort}`, ...common],
    options,
  )
  await sleep(500)
  const rate = `${Math.ceil(streams / (warmUpSeconds - 1))}`
  const media = ['-mp', '16384']
  const args = ['-sf', scenario('uac'), `${host}:${uasPort}`, '-m', `${streams}`, '-r', rate, ...media, ...common]
  const uac = spawn('sipp', args, options)
  await sleep((warmUpSeconds + seconds) * 1000)
  for (const child of [uac, uas]) child.kill('SIGKILL')
  return {}
}

const ms = (value) => value.toFixed(3)
const micros = ({ cpuSeconds, sent }) => ((cpuSeconds * 1e6) / sent).toFixed(2)

/** One line a sender: pacing at the sink, with what it cost to send only. */
async function comparePacing(folder, programs, streams) {
  const senders = {
    'native part': () => judged(programs, streams, () => ours('native', streams, firstSinkPort)),
    'native part, SDES-SRTP': () => judged(programs, streams, () => ours('native', streams, firstSinkPort, 'sdes')),
    'node:dgram': () => judged(programs, streams, () => ours('dgram', streams, firstSinkPort)),
    C: () => judged(programs, streams, () => inC(programs, streams, firstSinkPort)),
    'SIPp rtp_stream': () => judged(programs, 1, () => bySipp(folder, streams)),
  }
  console.log(
    `\n| ${streams} streams to the sink | streams seen | mean deviation from ${ptimeMs} ms | p99 gap, ms | CPU µs a packet sent |`,
  )
  console.log('|---|---|---|---|---|')
  for (const [name, run] of Object.entries(senders)) {
    const report = await run()
    const cost = report.cpuSeconds === undefined ? '' : micros(report)
    const cells = [name, report.streams.length, ms(report.gapDeviationMeanMs), ms(report.gapP99Ms), cost]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/**
 * Rounds in which everybody has one turn, so that all meet the same neighbours on the machine: medians, and ratios to
 * the first within a round.
 */
async function compareInRounds(streams, runs, first) {
  const names = Object.keys(runs)
  const costs = []
  for (let round = 0; round < rounds; round++) {
    const cost = {}
    for (const name of names) {
      const { cpuSeconds, sent, received } = await runs[name]()
      const scheduled = (streams * seconds * 1000) / ptimeMs
      cost[name] = { micros: (cpuSeconds * 1e6) / sent, left: sent / scheduled, arrived: received / sent }
    }
    costs.push(cost)
  }
  const heads = ['sent, of schedule', 'received, of sent', 'CPU µs a packet sent and received', `of ${first}`]
  console.log(`\n| ${streams} streams to each other, median of ${rounds} rounds | ${heads.join(' | ')} |`)
  console.log('|---|---|---|---|---|')
  for (const name of names) {
    const of = (value) => costs.map(value)
    const middle = (column, digits) => median(of((cost) => cost[name][column])).toFixed(digits)
    const ratios = of((cost) => cost[name].micros / cost[first].micros)
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
    const cells = [name, middle('left', 3), middle('arrived', 3), middle('micros', 2)]
    console.log(`| ${[...cells, `${median(ratios).toFixed(2)} (${spread})`].join(' | ')} |`)
  }
}

/** The same streams both ways in one process. */
const compareCosts = (programs, streams) =>
  compareInRounds(
    streams,
    {
      C: () => inC(programs, streams, 0),
      'native part': () => ours('native', streams, 0),
      'node:dgram': () => ours('dgram', streams, 0),
    },
    'C',
  )

/** The native part's streams to each other in each protection. */
function compareProtections(streams) {
  const runs = Object.keys(protections).map((name) => [name, () => ours('native', streams, 0, name)])
  return compareInRounds(streams, Object.fromEntries(runs), 'rtp')
}

async function main(counts) {
  if (!nativePart.addon) throw new Error(nativePart.reason)
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-pacing-'))
  try {
    const sink = compile(folder, '../test/peers/rtp-sink.c', 'rtp-sink')
    const programs = { sink, reference: compile(folder, './rtp-reference.c', 'rtp-reference') }
    for (const streams of counts) {
      await comparePacing(folder, programs, streams)
      await compareCosts(programs, streams)
      await compareProtections(streams)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const [, , step, ...rest] = process.argv
if (step === 'serve') await serve(rest[0], Number(rest[1]), Number(rest[2]), protections[rest[3] ?? 'rtp'])
else await main(step === undefined ? [1000, 2000] : [step, ...rest].map(Number))
