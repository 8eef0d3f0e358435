import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuOf, median } from './cpu.js'

const program = fileURLToPath(new URL('../bin/siploadgen.js', import.meta.url))
const scenario = fileURLToPath(new URL('./scenarios/signalling.yaml', import.meta.url))
const buffers = ['-buff_size', '4000000']

/**
 * Calls a second, the lengths of the two runs whose difference is free of start-up and warm-up, and how many times
 * SIPp's CPU the load may take: only where that is a requirement.
 */
const loads = [
  { rate: 1000, longSeconds: 20, shortSeconds: 8, limit: 3 },
  { rate: 3000, longSeconds: 8, shortSeconds: 3, limit: 3 },
  { rate: 5000, longSeconds: 6, shortSeconds: 3 },
  { rate: 10_000, longSeconds: 5, shortSeconds: 3 },
]
/** Rounds that may be spoilt by a busy machine before fewer must do. */
const SPOILT = 1

/** Why a SIPp cannot be compared with; undefined when it can. */
export function missingPeer(sipp) {
  const { error } = spawnSync(sipp, ['-v'])
  if (error === undefined) return undefined
  return sipp === 'sipp'
    ? 'sipp is not installed (Debian package sip-tester)'
    : `${sipp} cannot be run: ${error.message}`
}

export const sippVersion = (sipp) => /SIPp v?([\d.]+)/.exec(String(spawnSync(sipp, ['-v']).stdout))?.[1] ?? 'unknown'

export function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** Runs `work` while SIPp's UAS answers; each measurement has a fresh one. */
export async function withUas(work) {
  const port = await freePort()
  const args = ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-nostdin', ...buffers]
  const uas = spawn('sipp', args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => uas.once('close', resolve))
  try {
    await new Promise((resolve) => setTimeout(resolve, 500))
    return await work(`127.0.0.1:${port}`)
  } finally {
    uas.kill('SIGKILL')
    await ended
  }
}

/** The real program with scenario, metrics and checks. A run with a failed call measures something else. */
function measureOwn(rate, calls) {
  return withUas(async (target) => {
    const out = mkdtempSync(join(tmpdir(), 'siploadgen-bench-'))
    try {
      const inputs = { target, rate: `${rate}/s`, calls }
      const set = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`])
      const cpu = await cpuOf(process.execPath, [program, 'run', scenario, ...set, '--out', out, '--quiet'])
      if (cpu.code !== 0 && cpu.code !== 3) throw new Error(`siploadgen ended with ${cpu.code}: is it built?`)
      const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))
      const { completed } = result.calls
      if (completed !== calls) throw new Error(`${completed} of ${calls} calls completed: ${result.reasons.join('; ')}`)
      return cpu
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })
}

function measureSipp(sipp, rate, calls) {
  return withUas(async (target) => {
    const args = ['-sn', 'uac', target, '-i', '127.0.0.1', '-p', String(await freePort()), '-nostdin', ...buffers]
    const cpu = await cpuOf(sipp, [...args, '-r', String(rate), '-m', String(calls), '-l', '100000'])
    if (cpu.code !== 0) throw new Error(`${sipp} ended with ${cpu.code}`)
    return cpu
  })
}

const perCall = (cpu, calls) => (cpu / calls) * 1e6

/** Costs of a call in one round, each program in turn; `newer` is a second SIPp where there is one. */
async function measureRound({ rate, longSeconds, shortSeconds }, newer) {
  const long = rate * longSeconds
  const short = rate * shortSeconds
  const own = await measureOwn(rate, long)
  const sipp = await measureSipp('sipp', rate, long)
  const newerSipp = newer === undefined ? undefined : await measureSipp(newer, rate, long)
  const start = await measureOwn(rate, short)
  return {
    sipp: perCall(sipp.total, long),
    newer: newerSipp && perCall(newerSipp.total, long),
    whole: perCall(own.total, long),
    load: perCall(own.total - start.total, long - short),
    loadUser: perCall(own.user - start.user, long - short),
  }
}

const spread = (values) => ({ median: median(values), low: Math.min(...values), high: Math.max(...values) })

/** Rounds in which no call failed; a round that the rest of the machine spoilt says so and does not count. */
async function roundsAt(load, { rounds: wanted, newer }) {
  const rounds = []
  for (let tries = 0; rounds.length < wanted && tries < wanted + SPOILT; tries++) {
    try {
      rounds.push(await measureRound(load, newer))
    } catch (error) {
      console.log(`  a round was spoilt: ${error.message}`)
      // A rate beyond what the machine holds ends in time-outs: a minute each.
      if (load.limit === undefined) break
    }
  }
  return rounds
}

/** Undefined where the machine does not hold the rate. */
async function compareAt(load, options) {
  const rounds = await roundsAt(load, options)
  if (rounds.length === 0) {
    const text = `no round at ${load.rate} calls/s went through`
    if (load.limit !== undefined) throw new Error(text)
    console.log(`  ${text}: this machine does not hold that rate`)
    return undefined
  }
  const column = (name) => spread(rounds.map((round) => round[name]))
  const ratiosTo = (peer) => ({
    load: spread(rounds.map((round) => round.load / round[peer])),
    whole: spread(rounds.map((round) => round.whole / round[peer])),
  })
  const peers = options.newer === undefined ? ['sipp'] : ['sipp', 'newer']
  const columns = [...peers, 'whole', 'load', 'loadUser']
  return {
    rate: load.rate,
    limit: load.limit,
    calls: load.rate * load.longSeconds,
    rounds: rounds.length,
    cost: Object.fromEntries(columns.map((name) => [name, column(name)])),
    ratio: ratiosTo('sipp'),
    newerRatio: options.newer === undefined ? undefined : ratiosTo('newer'),
  }
}

/** CPU per call beside SIPp's in interleaved rounds, so that both meet the same neighbours on the machine. */
export async function comparePeers(options) {
  const rows = []
  for (const load of loads) {
    console.log(`SIPp and siploadgen at ${load.rate} calls/s, ${options.rounds} rounds`)
    const row = await compareAt(load, options)
    if (row) rows.push(row)
  }
  return rows
}
