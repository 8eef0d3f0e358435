// Whether cost grows with load or faster: `node bench/scaling.js` after `npm run build`. CPU of calls without media at
// 1 to 10,000 a second beside SIPp's, and of packets of 2 to 2,000 streams.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compareAt, missingPeer } from './peers.js'

const pacing = fileURLToPath(new URL('./pacing.js', import.meta.url))
const loads = [
  { rate: 1, longSeconds: 24, shortSeconds: 8 },
  { rate: 10, longSeconds: 24, shortSeconds: 8 },
  { rate: 100, longSeconds: 20, shortSeconds: 8 },
  { rate: 1000, longSeconds: 16, shortSeconds: 8 },
  { rate: 8000, longSeconds: 6, shortSeconds: 3 },
  { rate: 10_000, longSeconds: 5, shortSeconds: 3 },
]
const streamCounts = [2, 10, 100, 1000, 2000]

async function calls() {
  const missing = missingPeer()
  if (missing !== undefined) {
    console.log(`calls are skipped: ${missing}`)
    return
  }
  const rows = []
  for (const load of loads) {
    const row = await compareAt(load)
    if (row) rows.push(row)
  }
  console.log('\n| calls/s | CPU of a second, ms | CPU of a call, µs | SIPp, µs, with its start |')
  console.log('|---|---|---|---|')
  for (const { rate, load, sipp } of rows) {
    const cells = [rate, ((load.median * rate) / 1000).toFixed(1), load.median.toFixed(0), sipp.median.toFixed(0)]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function packets() {
  console.log('\n| streams, both ways | CPU of a packet sent and received, µs | sent late, p99, ms |')
  console.log('|---|---|---|')
  for (const count of streamCounts) {
    const { stdout, status } = spawnSync(process.execPath, [pacing, 'serve', 'native', `${count}`, '0'], {
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
