// Streams of one process for bench/pacing.js: `node bench/rtp-streams.js '{"kind":"native","streams":1000, ...}'`. Prints
// one JSON object with what they sent and received in the measured time, and the CPU of the process.
import { setTimeout as sleep } from 'node:timers/promises'
import { WheelClock } from '../dist/base/wheel-clock.js'
import { newDgramPort, newNativePort } from '../dist/media/stream-ports.js'
import { nativePart } from '../dist/native/addon.js'
import { pathOf, protections } from './protection.js'
import { host, plainSpec, seconds, warmUpSeconds } from './rtp-measurement.js'

const portOf = (kind, clock, rtcp) => {
  const options = { clock, ports: { firstPort: 16_384, lastPort: 32_767 }, ...(!rtcp && { rtcpIntervalMs: 0 }) }
  return kind === 'native' ? newNativePort(options, nativePart.addon) : newDgramPort(options)
}

const total = (column, rows) => column.subarray(0, rows).reduce((sum, value) => sum + value, 0)

/** Every two streams know each other, and have keys where they need some; one that is left over sends to itself. */
async function introduce(port, ends, { spec, changeOf }) {
  for (let first = 0; first < ends.length; first += 2) {
    const pair = ends.slice(first, first + 2)
    const paths = spec.webrtc ? pair.map(({ handle }) => pathOf(port, handle)) : []
    for (const [number, { handle }] of pair.entries()) {
      const far = pair[pair.length - 1 - number]
      port.update(handle, { ...changeOf(far, number === 0), remoteSsrcs: [far.ssrc] })
    }
    await Promise.all(paths)
  }
}

function sendTo(port, ends, firstPort, { changeOf }) {
  for (const [number, { handle }] of ends.entries()) {
    port.update(handle, changeOf({ local: { host, port: firstPort + 2 * number } }, true))
  }
}

/**
 * `streams` go to each other, and `toSink` further ones to ports of a sink from `sinkPort` on: all of those that are
 * measured, or a few by which it judges how the others leave.
 */
async function run({ kind, streams, toSink = 0, sinkPort = 0, protection: name = 'rtp', use = 'own', rtcp = true }) {
  const protection = protections[name]
  const clock = new WheelClock()
  const port = portOf(kind, clock, rtcp)
  const spec = (ssrc) => ({
    ...plainSpec(ssrc),
    sending: true,
    startMs: clock.nowMs(),
    sharesPort: use === 'shared',
    ...protection.spec,
  })
  const rows = streams + toSink
  await port.prepare(host, rows, protection.spec.webrtc ? 'muxed' : use)
  const opened = []
  for (let number = 0; number < rows; number++) opened.push(await port.open(spec(number + 1)))
  await introduce(port, opened.slice(0, streams), protection)
  sendTo(port, opened.slice(streams), sinkPort, protection)
  await sleep(warmUpSeconds * 1000)
  const counted = streams > 0 ? streams : rows
  const count = (column) => total(port.statistics[column], counted)
  const before = { sent: count('packetsSent'), received: count('packetsReceived'), cpu: process.cpuUsage() }
  port.sendLag.reset()
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(before.cpu)
  const [sent, received] = [count('packetsSent') - before.sent, count('packetsReceived') - before.received]
  const result = {
    sent,
    received,
    cpuSeconds: (user + system) / 1e6,
    lagP99Ms: port.sendLag.percentileMs(99),
    skipped: count('sendsSkipped'),
    lostHere: count('packetsLost'),
  }
  console.log(JSON.stringify(result))
  process.exit(0)
}

await run(JSON.parse(process.argv[2]))
