// CPU of a call while a rate is held, beside that of SIPp's UAC, interleaved, each against a UAS of SIPp of its own:
// `node bench/held-cost.js [--rounds N] [rates ...]` after `npm run build`; 5,000 and 10,000 calls/s when left out, five
// rounds. It is taken after 14 s, when the code that a call runs through is compiled.
import { range } from './cpu.js'
import { machine } from './figures-page.js'
import { freePort, missingPeer, sippVersion, withUas } from './peers.js'
import { cpuOver, sleep, withProcess, withRun } from './program-run.js'

const afterSeconds = 14
const forSeconds = 8
/** Of which the scenario takes six to come to its rate. */
const rampSeconds = 6

/** Microseconds a call of the process, which makes `rate` calls a second from `afterSeconds` on. */
async function costOf(pid, rate) {
  await sleep(afterSeconds * 1000)
  return ((await cpuOver(pid, forSeconds * 1000)) * 1000) / rate
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
  withUas((target) => {
    const inputs = { target, rate: `${rate}/s`, hold: `${afterSeconds + forSeconds + 1 - rampSeconds}s`, datagrams }
    return withRun({}, 'ramped-signalling', inputs, async ({ pid, result }) => {
      const cost = await costOf(pid, rate)
      const { calls, reasons } = await result()
      if (calls.failed > 0) throw new Error(`${calls.failed} calls failed: ${reasons.join('; ')}`)
      return cost
    })
  })

const sides = [
  [`SIPp ${sippVersion('sipp')}`, ofSipp],
  ['siploadgen', ofOurs('one by one')],
  ['siploadgen, in batches', ofOurs('in batches')],
]

async function line(rate, rounds) {
  const costs = sides.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, measure]] of sides.entries()) costs[i].push(await measure(rate))
  }
  const ratios = costs.slice(1).map((own) => own.map((cost, round) => cost / costs[0][round]))
  return [rate, ...costs.map((values) => range(values, 1)), ...ratios.map((values) => range(values, 2))]
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
