// CPU of a call while a rate is held, beside that of SIPp's UAC, interleaved, each against a UAS of SIPp of its own:
// `node bench/held-cost.js [--rounds N] [rates ...]` after `npm run build`; 5,000 and 10,000 calls/s when left out, five
// rounds. It is taken after 14 s, when the code that a call runs through is compiled.
import { range } from './cpu.js'
import { machine } from './figures-page.js'
import { costOfOwn, costOfSipp } from './held-call.js'
import { missingPeer, sippVersion } from './peers.js'

/** The scenario takes six seconds to come to its rate. */
const held = (rate) => ({ rate, afterSeconds: 14, forSeconds: 8, rampSeconds: 6 })

const ofOurs = (datagrams) => (rate) => costOfOwn('ramped-signalling', held(rate), { datagrams })

const sides = [
  [`SIPp ${sippVersion('sipp')}`, (rate) => costOfSipp(held(rate))],
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
