// Whether cost grows with load or faster: `node bench/scaling.js` after `npm run build`. CPU of calls without media at
// 1 to 12,000 a second beside SIPp's, and of packets of 1 to 3,000 streams.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compareAt, missingPeer } from './peers.js'

const streamsProgram = fileURLToPath(new URL('./rtp-streams.js', import.meta.url))
/** Where calls are few the cost is that of standing by, which does not change from round to round. */
const roundsAt = (rate) => ({ rounds: rate < 1000 ? 1 : 3 })
const loads = [
  { rate: 1, longSeconds: 24, shortSeconds: 8 },
  { rate: 10, longSeconds: 24, shortSeconds: 8 },
  { rate: 100, longSeconds: 20, shortSeconds: 8 },
  { rate: 1000, longSeconds: 16, shortSeconds: 8 },
  { rate: 1500, longSeconds: 16, shortSeconds: 8 },
  { rate: 10_000, longSeconds: 6, shortSeconds: 3 },
  { rate: 12_000, longSeconds: 6, shortSeconds: 3 },
]
const streamCounts = [1, 10, 100, 1000, 2000, 3000]

async function calls() {
  const missing = missingPeer('sipp')
  if (missing !== undefined) {
    console.log(`calls are skipped: ${missing}`)
    return
  }
  const rows = []
  for (const load of loads) {
    const row = await compareAt(load, roundsAt(load.rate))
    if (row) rows.push(row)
  }
  console.log('\n| calls/s | CPU of a second, ms | CPU of a call, µs | SIPp, µs, with its start |')
  console.log('|---|---|---|---|')
  for (const { rate, cost } of rows) {
    const call = cost.load.median
    const cells = [rate, ((call * rate) / 1000).toFixed(1), call.toFixed(0), cost.sipp.median.toFixed(0)]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function packets() {
  console.log('\n| streams, both ways | CPU of a packet sent and received, µs | sent late, p99, ms |')
  console.log('|---|---|---|')
  for (const count of streamCounts) {
    const what = JSON.stringify({ kind: 'native', streams: count })
    const { stdout, status } = spawnSync(process.execPath, [streamsProgram, what], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error(`${count} streams: the program ended with ${status}`)
    const { cpuSeconds, sent, lagP99Ms } = JSON.parse(stdout)
    console.log(`| ${count} | ${((cpuSeconds * 1e6) / sent).toFixed(2)} | ${lagP99Ms.toFixed(1)} |`)
  }
}

packets()
await calls()
