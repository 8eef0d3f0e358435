// When RTP leaves and what it costs, beside SIPp and a program in C that does nothing else: `node bench/pacing.js [streams ...]`
// after `npm run build`; 1000 and 2000 streams when left out. `node bench/pacing.js sink [streams ...]` shows only when they
// leave, `shared [streams]` compares streams that share a port, `srtp [streams]` shows what SRTP adds, and `held` how many
// streams leave and arrive as they should. A sink of its own (test/peers/rtp-sink.c) judges the pacing by the kernel's times
// of arrival; it and the kernel's loopback share the machine with whoever sends.
import { spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { nativePart } from '../dist/native/addon.js'
import { median, range } from './cpu.js'
import { protections } from './protection.js'
import { host, ptimeMs, seconds, warmUpSeconds } from './rtp-measurement.js'

const uasPort = 5899
/** Above what the streams that are measured bind; others may hold some of them. */
const sinkPorts = { from: 33_000, to: 60_000, attempts: 20 }
/** Of what is compared in pairs. */
const rounds = 5
/** Streams to the sink by which it judges how thousands of others leave. */
const witnesses = 100
/** What has to be held, in each direction, and by what it counts as held. */
const held = { shared: 4000, own: 2500 }
const limits = { deviationMs: 0.1, gapP99Ms: 21 }

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
  return { ended, errors: () => errors, hasEnded: () => child.exitCode !== null, stop: (signal) => child.kill(signal) }
}

/** A sink that has all of its ports. */
async function startSink(programs, ports) {
  let errors = ''
  for (let attempt = 0; attempt < sinkPorts.attempts; attempt++) {
    const firstPort = 2 * randomInt(sinkPorts.from / 2, sinkPorts.to / 2 - ports)
    const sink = start(programs.sink, ['--address', host, '--first-port', `${firstPort}`, '--ports', `${ports}`])
    while (!/^ready$/m.test(sink.errors()) && !sink.hasEnded()) await sleep(20)
    if (!sink.hasEnded()) return { ...sink, firstPort }
    errors = sink.errors()
  }
  throw new Error(`the sink does not start: ${errors}`)
}

/** The sink's report of what `send` sends to its ports. */
async function judged(programs, ports, send) {
  const sink = await startSink(programs, ports)
  const said = await send(sink.firstPort)
  sink.stop('SIGINT')
  return { ...JSON.parse(await sink.ended), ...said }
}

const streamsProgram = fileURLToPath(new URL('./rtp-streams.js', import.meta.url))

async function ours(what) {
  const child = start(process.execPath, [streamsProgram, JSON.stringify(what)])
  const text = await child.ended
  if (text === '') throw new Error(child.errors())
  return JSON.parse(text)
}

const inC = async ({ reference }, streams, ...further) => {
  const args = ['--streams', `${streams}`, '--warm-up', `${warmUpSeconds}`, '--seconds', `${seconds}`]
  return JSON.parse(await start(reference, [...args, ...further]).ended)
}

/** SIPp's rtp_stream: its calls are set up within the time that others take to warm up. */
async function bySipp(folder, streams, sinkPort) {
  writeFileSync(join(folder, 'audio.pcmu'), Buffer.alloc(160 * 500, 0xd5))
  const scenario = (role) => fileURLToPath(new URL(`./scenarios/rtp-stream-${role}.xml`, import.meta.url))
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] }
  const common = ['-i', host, '-nostdin', '-buff_size', '4000000', '-l', `${streams}`]
  const uas = spawn(
    'sipp',
    ['-sf', scenario('uas'), '-key', 'sink', `${sinkPort}`, '-p', `${uasPort}`, ...common],
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
const micros = ({ cpuSeconds, sent }) => (cpuSeconds * 1e6) / sent
const scheduled = (streams) => (streams * seconds * 1000) / ptimeMs

/** One line a sender: pacing at the sink, with what it cost to send only. In each round everybody has one turn. */
async function comparePacing(folder, programs, streams) {
  const toSink = (what) =>
    judged(programs, streams, (sinkPort) => ours({ ...what, streams: 0, toSink: streams, sinkPort }))
  const sipp = 'SIPp rtp_stream'
  const senders = {
    'native part': () => toSink({ kind: 'native' }),
    'native part, shared port': () => toSink({ kind: 'native', use: 'shared' }),
    'native part, SDES-SRTP': () => toSink({ kind: 'native', protection: 'sdes' }),
    'node:dgram': () => toSink({ kind: 'dgram' }),
    C: () => judged(programs, streams, (sinkPort) => inC(programs, streams, '--first-port', `${sinkPort}`)),
    [sipp]: () => judged(programs, 1, (sinkPort) => bySipp(folder, streams, sinkPort)),
  }
  const reports = []
  for (let round = 0; round < rounds; round++) {
    const report = {}
    for (const [name, run] of Object.entries(senders)) report[name] = await run()
    reports.push(report)
  }
  const heads = [`mean deviation from ${ptimeMs} ms`, 'p99 gap, ms', 'CPU µs a packet sent', 'times tighter than SIPp']
  console.log(`\n| ${streams} streams to the sink, median of ${rounds} rounds | streams seen | ${heads.join(' | ')} |`)
  console.log('|---|---|---|---|---|---|')
  const of = (name, value) => reports.map((report) => value(report[name]))
  const deviation = ({ gapDeviationMeanMs }) => gapDeviationMeanMs
  const ofSipp = of(sipp, deviation)
  for (const name of Object.keys(senders)) {
    const deviations = of(name, deviation)
    const gaps = of(name, ({ gapP99Ms }) => gapP99Ms)
    const tighter = ofSipp.map((theirs, round) => theirs / deviations[round])
    const seen = Math.min(...of(name, (report) => report.streams.length))
    const cells = [name, seen, range(deviations, 3), range(gaps, 2)]
    const ownCells = name === sipp ? ['', ''] : [median(of(name, micros)).toFixed(2), range(tighter, 0)]
    console.log(`| ${[...cells, ...ownCells].join(' | ')} |`)
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
      // What is lost has not cost its receiver anything.
      const micros = (cpuSeconds * 1e6) / ((sent + received) / 2)
      cost[name] = { micros, left: sent / scheduled(streams), arrived: received / sent }
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
    const cells = [name, middle('left', 3), middle('arrived', 3), middle('micros', 2)]
    console.log(`| ${[...cells, range(ratios, 2)].join(' | ')} |`)
  }
}

/** The same streams both ways in one process. */
const compareCosts = (programs, streams) =>
  compareInRounds(
    streams,
    {
      C: () => inC(programs, streams),
      'native part': () => ours({ kind: 'native', streams }),
      'node:dgram': () => ours({ kind: 'dgram', streams }),
    },
    'C',
  )

/** The same on one port that all of them share; the program in C has no RTCP. */
const compareShared = (programs, streams) =>
  compareInRounds(
    streams,
    {
      'C, shared port': () => inC(programs, streams, '--shared'),
      'native part, shared port, without RTCP': () => ours({ kind: 'native', streams, use: 'shared', rtcp: false }),
      'native part, shared port': () => ours({ kind: 'native', streams, use: 'shared' }),
      'node:dgram, shared port': () => ours({ kind: 'dgram', streams, use: 'shared' }),
    },
    'C, shared port',
  )

/** The native part's streams to each other in each protection. */
function compareProtections(streams) {
  const runs = Object.keys(protections).map((protection) => [
    protection,
    () => ours({ kind: 'native', streams, protection }),
  ])
  return compareInRounds(streams, Object.fromEntries(runs), 'rtp')
}

/** Whether so many streams go to each other as they should, and beside them those by which the sink judges. */
async function showHeld(programs) {
  const heads = ['sent, of schedule', 'lost', 'mean deviation at the sink, ms', 'p99 gap, ms', 'cores', 'clean']
  console.log(`\n| streams to each other | ${heads.join(' | ')} |`)
  console.log('|---|---|---|---|---|---|---|')
  for (let round = 0; round < rounds; round++) {
    for (const [use, streams] of Object.entries(held)) {
      const what = { kind: 'native', streams, use, toSink: witnesses }
      const report = await judged(programs, witnesses, (sinkPort) => ours({ ...what, sinkPort }))
      const { sent, skipped, cpuSeconds } = report
      const left = sent / scheduled(streams)
      const { gapDeviationMeanMs: deviationMs, gapP99Ms } = report
      const isPaced = deviationMs < limits.deviationMs && gapP99Ms < limits.gapP99Ms
      const lost = report.lostHere + report.lost
      const isClean = isPaced && lost === 0 && skipped === 0
      const cells = [`${streams}, ${use === 'own' ? 'a socket each' : 'shared port'}`, left.toFixed(4), lost]
      const further = [ms(deviationMs), ms(gapP99Ms), (cpuSeconds / seconds).toFixed(2), isClean ? 'yes' : 'no']
      console.log(`| ${[...cells, ...further].join(' | ')} |`)
    }
  }
}

const countsOf = (texts) => (texts.length === 0 ? [1000, 2000] : texts.map(Number))

async function main([what, ...further]) {
  if (!nativePart.addon) throw new Error(nativePart.reason)
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-pacing-'))
  try {
    const sink = compile(folder, '../test/peers/rtp-sink.c', 'rtp-sink')
    const programs = { sink, reference: compile(folder, './rtp-reference.c', 'rtp-reference') }
    if (what === 'held') return await showHeld(programs)
    if (what === 'sink') {
      for (const streams of countsOf(further)) await comparePacing(folder, programs, streams)
      return
    }
    if (what === 'srtp') return await compareProtections(Number(further[0] ?? 2000))
    if (what === 'shared') return await compareShared(programs, Number(further[0] ?? 2000))
    for (const streams of countsOf(what === undefined ? [] : [what, ...further])) {
      await comparePacing(folder, programs, streams)
      await compareCosts(programs, streams)
      await compareShared(programs, streams)
      await compareProtections(streams)
    }
    await showHeld(programs)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await main(process.argv.slice(2))
