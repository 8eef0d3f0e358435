// What the judgement of quality costs: `node bench/micro/quality.js` after `npm run build`.
import { JitterBuffer } from '../../dist/media/jitter-buffer.js'
import { ReceiveStatistics } from '../../dist/media/receive-statistics.js'
import { ownVoipMetrics } from '../../dist/media/rtcp/own-voip-metrics.js'
import { StatisticsTable } from '../../dist/media/statistics-view.js'
import { usualTerminal } from '../../dist/model/terminal.js'
import { streamQuality } from '../../dist/quality/stream-quality.js'

const streams = 200
const packets = 10_000
const { jitterBuffer } = usualTerminal

/** CPU time of one of `count` runs in microseconds, after as many to warm up. */
function microsOf(count, run) {
  for (let i = 0; i < count; i++) run(i)
  const start = process.cpuUsage()
  for (let i = count; i < 2 * count; i++) run(i)
  const used = process.cpuUsage(start)
  return (used.user + used.system) / count
}

/** Up to 12 ms of jitter, one packet of fifty lost. */
const arrivalMs = (packet) => packet * 20 + ((packet * 7919) % 13)
const isLost = (packet) => packet % 50 === 17

function received() {
  const table = new StatisticsTable(streams)
  return Array.from({ length: streams }, (_, row) => {
    table.clearRow(row)
    return new ReceiveStatistics(table, row, 8000, 20, jitterBuffer)
  })
}

const all = received()
const bytes = Buffer.alloc(172)
bytes[0] = 0x80
const receiveMicros = microsOf(packets, (packet) => {
  if (isLost(packet)) return
  bytes.writeUInt16BE(packet & 0xffff, 2)
  bytes.writeUInt32BE((packet * 160) >>> 0, 4)
  for (const one of all) one.receive(bytes, arrivalMs(packet))
})

const buffers = all.map(() => new JitterBuffer(jitterBuffer, 8000))
const bufferMicros = microsOf(packets, (packet) => {
  for (const buffer of buffers) buffer.take(arrivalMs(packet), (packet * 160) >>> 0)
})

const facts = { codec: 'PCMU', packetsExpected: 1000, missingRuns: 5, delayMs: 120, concealment: false }
let sink = 0
const scoreMicros = microsOf(200_000, (i) => {
  sink += streamQuality({ ...facts, packetsMissing: i % 100 }).mos
})

const context = { codec: 'PCMU', terminal: usualTerminal, sentPtimeMs: 20, roundTripMs: 40 }
const metricsMicros = microsOf(20_000, () => {
  sink += ownVoipMetrics(all[0], context).lossRate
})

if (!Number.isFinite(sink)) throw new Error('the figures are of nothing')
console.log(
  `quality: all statistics of a received packet ${(receiveMicros / streams).toFixed(3)} us of CPU, of it the jitter buffer ` +
    `${(bufferMicros / streams).toFixed(3)} us\n  a score ${scoreMicros.toFixed(2)} us, VoIP metrics for one report ${metricsMicros.toFixed(2)} us`,
)
