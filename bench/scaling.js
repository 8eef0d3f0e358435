// Whether cost grows with load or faster: `node bench/scaling.js` after `npm run build`. CPU of packets of 1 to 3,200 streams,
// and of calls without media at 1 to 10,000 a second beside SIPp's: at 10 and at 80 % of 4,000 streams and 12,000 calls/s too.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { range } from './cpu.js'
import { machine } from './figures-page.js'
import { costOfOwn, costOfSipp } from './held-call.js'
import { missingPeer } from './peers.js'

const streamsProgram = fileURLToPath(new URL('./rtp-streams.js', import.meta.url))
const streamCounts = [1, 10, 100, 400, 1000, 2000, 3200]
const callRates = [1, 10, 100, 1000, 1200, 9600, 10_000]
/** Where calls are few the cost is that of standing by, which does not change from round to round. */
const roundsAt = (rate) => (rate < 1000 ? 1 : 3)
/** Sixteen seconds at 5,000 calls/s have the code compiled, and one comes down to the rate. */
const held = (rate) => ({ rate, afterSeconds: 22, forSeconds: 8, rampSeconds: 17 })

async function calls() {
  const missing = missingPeer('sipp')
  if (missing !== undefined) {
    console.log(`calls are skipped: ${missing}`)
    return
  }
  console.log('\n| calls/s | CPU of a second, ms | CPU of a call, µs | SIPp, µs |')
  console.log('|---|---|---|---|')
  for (const rate of callRates) {
    const own = []
    const sipp = []
    for (let round = 0; round < roundsAt(rate); round++) {
      own.push(await costOfOwn('warmed-signalling', held(rate)))
      sipp.push(await costOfSipp({ ...held(rate), afterSeconds: 3 }))
    }
    const seconds = own.map((cost) => (cost * rate) / 1000)
    console.log(`| ${[rate, range(seconds, 1), range(own, 0), range(sipp, 0)].join(' | ')} |`)
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

console.log(machine())
packets()
await calls()
