// Media figures: `node bench/micro/media.js [streams] [seconds]` after `npm run build`.
// Each of the streams sends and receives 50 packets a second on loopback, all in this process.
import { WheelClock } from '../../dist/base/wheel-clock.js'
import { codecs } from '../../dist/media/codec/registry.js'
import { newStreamPort } from '../../dist/media/stream-ports.js'
import { answerOffer } from '../../dist/sdp/answer.js'
import { createOffer } from '../../dist/sdp/offer.js'
import { readAnswer } from '../../dist/sdp/read-answer.js'

const streams = Number(process.argv[2] ?? 400)
const seconds = Number(process.argv[3] ?? 10)
const host = '127.0.0.1'

const own = {
  kind: 'rtp',
  address: host,
  port: 20_000,
  crypto: [],
  codecs: [codecs.PCMU, codecs.PCMA],
  spoken: [codecs.PCMU, codecs.PCMA],
  answerOrder: 'offer',
  comfortNoise: undefined,
  telephoneEvents: [{ payloadType: 101, clockRate: 8000 }],
  ptimeMs: 20,
  direction: 'sendrecv',
  sessionId: '1',
  version: 1,
}

/** CPU time of a run in microseconds: other programs on the machine do not count. */
function timeEach(count, run) {
  for (let i = 0; i < count; i++) run(i)
  const start = process.cpuUsage()
  for (let i = 0; i < count; i++) run(i)
  const used = process.cpuUsage(start)
  return (used.user + used.system) / count
}

function benchSdp() {
  const write = (i) => createOffer({ ...own, port: 10_000 + (i % 50_000), sessionId: String(i) })
  const offers = Array.from({ length: 2000 }, (_, i) => write(i))
  const offerMicros = timeEach(100_000, write)
  const answerMicros = timeEach(100_000, (i) => answerOffer(offers[i % 2000], own))
  const readMicros = timeEach(100_000, (i) => readAnswer(own, offers[i % 2000]))
  console.log(
    `sdp: offer ${offerMicros.toFixed(2)} us, answer to an offer ${answerMicros.toFixed(2)} us, ` +
      `reading an answer ${readMicros.toFixed(2)} us of CPU`,
  )
}

async function openPair(port, number, clock) {
  const spec = (ssrc) => ({
    localHost: host,
    direction: 'bench',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    source: { kind: 'speech' },
    ssrc,
    cname: 'bench',
    sending: true,
    startMs: clock.nowMs(),
  })
  const a = await port.open(spec(number * 2 + 1))
  const b = await port.open(spec(number * 2 + 2))
  if (a.kind !== 'opened' || b.kind !== 'opened') throw new Error(a.text ?? b.text)
  port.update(a.handle, { remote: b.local })
  port.update(b.handle, { remote: a.local })
}

const total = (column, rows) => column.subarray(0, rows).reduce((sum, value) => sum + value, 0)

async function benchStreams() {
  const clock = new WheelClock()
  const port = newStreamPort({ clock })
  const openedAt = clock.nowMs()
  await port.prepare(host, streams)
  const openMs = clock.nowMs() - openedAt
  for (let i = 0; i < streams / 2; i++) await openPair(port, i, clock)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const { statistics } = port
  const sentBefore = total(statistics.packetsSent, streams)
  const receivedBefore = total(statistics.packetsReceived, streams)
  port.sendLag.reset()
  const cpu = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const used = process.cpuUsage(cpu)
  const sent = total(statistics.packetsSent, streams) - sentBefore
  const received = total(statistics.packetsReceived, streams) - receivedBefore
  const micros = used.user + used.system
  const jitter = total(statistics.jitterMeanMs, streams) / streams
  console.log(
    `media: ${streams} streams, ${sent} sent (${(sent / (streams * 50 * seconds)).toFixed(3)} of schedule), ${received} received\n` +
      `  sent within 5 ms ${(100 * port.sendLag.shareWithin(5)).toFixed(2)} %, lag p50 ${port.sendLag.percentileMs(50)?.toFixed(1)} ms, ` +
      `p99 ${port.sendLag.percentileMs(99)?.toFixed(1)} ms, max ${port.sendLag.maxMs.toFixed(1)} ms\n` +
      `  CPU ${(micros / sent).toFixed(2)} us per packet sent and received, ${(micros / seconds / 1e6).toFixed(2)} cores; mean jitter ${jitter.toFixed(2)} ms\n` +
      `  ${streams} port pairs bound in ${openMs.toFixed(0)} ms; lost ${total(statistics.packetsLost, streams)}, skipped ${total(statistics.sendsSkipped, streams)}`,
  )
  await port.close()
}

benchSdp()
await benchStreams()
process.exit(0)
