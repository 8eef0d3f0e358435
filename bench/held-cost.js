// CPU of a call while a rate is held, beside that of SIPp's UAC, interleaved, each against a UAS of SIPp of its own:
// `node bench/held-cost.js [--rounds N] [rates ...]` after `npm run build`; 5,000 and 10,000 calls/s when left out, five
// rounds. It is taken after 14 s, when the code that a call runs through is compiled.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './cpu.js'
import { machine } from './figures-page.js'
import { freePort, missingPeer, sippVersion, withUas } from './peers.js'
import { cpuMsOf } from './process-tree.js'
import { sleep, withFolder, withProcess } from './program-run.js'

const program = new URL('../bin/siploadgen.js', import.meta.url).pathname
const scenario = new URL('./scenarios/ramped-signalling.yaml', import.meta.url).pathname
const afterSeconds = 14
const forSeconds = 8
/** Of which the scenario takes six to come to its rate. */
const rampSeconds = 6

/** Microseconds a call of the process, which makes `rate` calls a second from `afterSeconds` on. */
async function costOf(pid, rate) {
  await sleep(afterSeconds * 1000)
  const [before, sinceMs] = [cpuMsOf(pid), performance.now()]
  await sleep(forSeconds * 1000)
  return ((cpuMsOf(pid) - before) * 1e6) / (rate * (performance.now() - sinceMs))
}

const ofSipp = (rate) =>
  withUas(async (target) => {
    const calls = rate * (afterSeconds + forSeconds + 1)
    const args = ['-sn', 'uac', target, '-i', '127.0.0.1', '-p', String(await freePort()), '-nostdin']
    args.push('-buff_size', '4000000', '-r', String(rate), '-m', String(calls), '-l', '100000')
    return withProcess('sipp', args, {}, ({ pid }) => costOf(pid, rate))
  })

/** A run in which a call failed measures something else. */
const ofOurs = (datagrams) => (rate) =>
  withUas((target) =>
    withFolder((out) => {
      const inputs = { target, rate: `${rate}/s`, hold: `${afterSeconds + forSeconds + 1 - rampSeconds}s`, datagrams }
      const set = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`])
      const args = [program, 'run', scenario, ...set, '--out', out, '--quiet']
      return withProcess(process.execPath, args, {}, async ({ pid, ended }) => {
        const cost = await costOf(pid, rate)
        await ended
        const { calls, reasons } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))
        if (calls.failed > 0) throw new Error(`${calls.failed} calls failed: ${reasons.join('; ')}`)
        return cost
      })
    }),
  )

const sides = [
  [`SIPp ${sippVersion('sipp')}`, ofSipp],
  ['siploadgen', ofOurs('one by one')],
  ['siploadgen, in batches', ofOurs('in batches')],
]

const spread = (values, digits) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`

async function line(rate, rounds) {
  const costs = sides.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, measure]] of sides.entries()) costs[i].push(await measure(rate))
  }
  const ratios = costs.slice(1).map((own) => own.map((cost, round) => cost / costs[0][round]))
  return [rate, ...costs.map((values) => spread(values, 1)), ...ratios.map((values) => spread(values, 2))]
}

const missing = missingPeer('sipp')
if (missing !== undefined) throw new Error(missing)
const words = process.argv.slice(2)
const at = words.indexOf('--rounds')
const rounds = at < 0 ? 5 : Number(words.splice(at, 2)[1])
const rates = words.length > 0 ? words.map(Number) : [5000, 10_000]
const names = sides.map(([name]) => name)
const heads = ['calls/s held', ...names, ...names.slice(1).map((name) => `${name} / ${names[0]}`)]
console.log(`${machine()}. CPU µs a call, median of ${rounds} rounds, with the lowest and the highest:\n`)
console.log(`| ${heads.join(' | ')} |\n|${'---|'.repeat(heads.length)}`)
for (const rate of rates) console.log(`| ${(await line(rate, rounds)).join(' | ')} |`)
