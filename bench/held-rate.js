// The rate of calls without media that is held with none failed and nothing sent again: `node bench/held-rate.js [rates ...]`
// after `npm run build`; 10,000, 12,000 and 15,000 calls/s when left out, each three times, against SIPp's UAS, with
// datagrams that leave one by one and in batches.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuOf } from './cpu.js'
import { missingPeer, withUas } from './peers.js'
import { seriesOf, withFolder } from './program-run.js'

const program = fileURLToPath(new URL('../bin/siploadgen.js', import.meta.url))
const scenario = fileURLToPath(new URL('./scenarios/ramped-signalling.yaml', import.meta.url))
const rounds = 3

/** One line of the table. */
const hold = (rate, datagrams) => withUas((target) => withFolder((out) => holdAt(target, out, rate, datagrams)))

async function holdAt(target, out, rate, datagrams) {
  const set = Object.entries({ target, rate: `${rate}/s`, datagrams }).flatMap(([n, v]) => ['--set', `${n}=${v}`])
  const cpu = await cpuOf(process.execPath, [program, 'run', scenario, ...set, '--out', out, '--quiet'])
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))
  const { attempted, completed } = result.calls
  const [delay, setup, lag] = ['session.srd', 'session.setup', 'schedule.lag'].map((name) =>
    seriesOf(result.metrics, name),
  )
  const again = seriesOf(result.metrics, 'sip.retransmissions')?.value ?? 0
  const times = [delay.p50, setup.p50, setup.p99, lag.p99].map((ms) => ms.toFixed(2))
  const cost = ((cpu.total / attempted) * 1e6).toFixed(0)
  return [rate, datagrams, attempted, completed, again, ...times, cost, result.verdict]
}

const missing = missingPeer('sipp')
if (missing !== undefined) throw new Error(missing)
const wanted = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 12_000, 15_000]
const heads = [
  'calls/s held',
  'datagrams',
  'calls',
  'completed',
  'sent again',
  'request delay p50, ms',
  'set-up p50',
  'p99',
  'late p99, ms',
  'CPU µs a call',
]
console.log(`| ${heads.join(' | ')} | verdict |\n|${'---|'.repeat(heads.length + 1)}`)
for (const rate of wanted)
  for (let round = 0; round < rounds; round++)
    for (const datagrams of ['one by one', 'in batches'])
      console.log(`| ${(await hold(rate, datagrams)).join(' | ')} |`)
