// Cost of agents with media: webrtc, with the native part and without it (then DTLS goes over werift), against werift's own
// RTCPeerConnection: `node bench/micro/webrtc.js [pairs]` after
// `npm run build`. Both ends of each pair are in one process; each measurement has a process of its own.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WheelClock } from '../../dist/base/wheel-clock.js'
import { newDgramPort } from '../../dist/media/stream-ports.js'
import { dtlsIdentity } from '../../dist/media/webrtc/dtls/dtls-identity.js'

const self = fileURLToPath(import.meta.url)
const [, script, pairsText, part] = process.argv
const pairs = script === self && pairsText !== undefined ? Number(pairsText) : 40
const atOnce = 4
const flowMs = 4000
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds of CPU and of wall time that a run takes. */
async function timed(run) {
  const start = process.cpuUsage()
  const from = performance.now()
  await run()
  const used = process.cpuUsage(start)
  return { cpuMs: (used.user + used.system) / 1000, wallMs: performance.now() - from }
}

function megabytes() {
  globalThis.gc?.()
  return process.memoryUsage().rss / 2 ** 20
}

/** Makes all pairs, a few at once, and returns what `make` returns with the wall time of each. */
async function inTurns(make) {
  const made = []
  const walls = []
  let next = 0
  const worker = async () => {
    while (next < pairs) {
      const number = next++
      const from = performance.now()
      made.push(await make(number))
      walls.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { made, walls: walls.sort((a, b) => a - b) }
}

const port = newDgramPort({
  clock: new WheelClock(),
  ports: { firstPort: 20_000, lastPort: 31_999 },
  rtcpIntervalMs: 5000,
})

const streamSpec = (ssrc, webrtc) => ({
  localHost: '127.0.0.1',
  direction: 'bench',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  source: { kind: 'speech' },
  ssrc,
  cname: 'bench',
  sending: false,
  startMs: 0,
  webrtc,
})

async function ownPair(number) {
  const webrtc = { iceTimeoutMs: 10_000, dtlsTimeoutMs: 10_000 }
  const ends = [
    await port.open(streamSpec(2 * number + 1, webrtc)),
    await port.open(streamSpec(2 * number + 2, webrtc)),
  ]
  const opened = ends.map(
    ({ handle }) =>
      new Promise((resolve, reject) => {
        port.watchPath(handle, (event) => (event.kind === 'open' ? resolve() : reject(new Error(event.text))))
      }),
  )
  for (const [index, { handle }] of ends.entries()) {
    const { ice, fingerprint } = ends[1 - index].webrtc
    const dtlsRole = index === 0 ? 'server' : 'client'
    const ssrcs = [2 * number + 2 - index]
    port.update(handle, {
      webrtcRemote: { ice, fingerprints: [fingerprint], controlling: index === 0, dtlsRole, ssrcs },
    })
  }
  await Promise.all(opened)
  return ends
}

async function plainPair(number) {
  const ends = [await port.open(streamSpec(2 * number + 1)), await port.open(streamSpec(2 * number + 2))]
  for (const [index, { handle }] of ends.entries()) port.update(handle, { remote: ends[1 - index].local })
  return ends
}

async function weriftPair(werift) {
  const { RTCPeerConnection, RTCRtpCodecParameters, MediaStreamTrack } = werift
  const codecs = { audio: [new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1 })] }
  const settings = { codecs, iceUseIpv6: false, iceAdditionalHostAddresses: ['127.0.0.1'] }
  const ends = [new RTCPeerConnection(settings), new RTCPeerConnection(settings)]
  const tracks = ends.map((end) => {
    const track = new MediaStreamTrack({ kind: 'audio' })
    end.addTransceiver(track, { direction: 'sendrecv' })
    return track
  })
  const [a, b] = ends
  const connected = ends.map(
    (end) =>
      new Promise((resolve) => {
        end.connectionStateChange.subscribe((state) => state === 'connected' && resolve())
      }),
  )
  await a.setLocalDescription(await a.createOffer())
  await b.setRemoteDescription(a.localDescription)
  await b.setLocalDescription(await b.createAnswer())
  await a.setRemoteDescription(b.localDescription)
  await Promise.all(connected)
  return { ends, tracks }
}

/** The parts, each of which prints one line of JSON. */
const parts = {
  async own() {
    await dtlsIdentity()
    await port.prepare('127.0.0.1', 2 * pairs, 'muxed')
    const before = megabytes()
    let made
    const cost = await timed(async () => {
      made = await inTurns(ownPair)
    })
    const memory = megabytes() - before
    const idle = await timed(() => sleep(flowMs))
    const handles = made.made.flat().map(({ handle }) => handle)
    return { ...figures(cost, made.walls, memory, idle), flow: await flowing(handles) }
  },

  async plain() {
    await port.prepare('127.0.0.1', 2 * pairs)
    const { made } = await inTurns(plainPair)
    const idle = await timed(() => sleep(flowMs))
    return { idleCpuMs: idleOf(idle), flow: await flowing(made.flat().map(({ handle }) => handle)) }
  },

  async werift() {
    const werift = await import('werift')
    await weriftPair(werift)
    const before = megabytes()
    let made
    const cost = await timed(async () => {
      made = await inTurns(() => weriftPair(werift))
    })
    const memory = megabytes() - before
    const idle = await timed(() => sleep(flowMs))
    return { ...figures(cost, made.walls, memory, idle), flow: await weriftFlow(werift, made.made) }
  },
}

const figures = ({ cpuMs, wallMs }, walls, memory, idle) => ({
  setupCpuMs: cpuMs / pairs / 2,
  setupsEachSecond: (2 * pairs * 1000) / wallMs,
  setupWallMs: walls[walls.length >> 1],
  kilobytes: (memory * 1024) / pairs / 2,
  idleCpuMs: idleOf(idle),
})

const idleOf = ({ cpuMs, wallMs }) => cpuMs / (wallMs / 1000) / pairs / 2

/** Microseconds of CPU for each packet that is sent by one stream and received by another. */
async function flowing(handles) {
  for (const handle of handles) port.update(handle, { sending: true })
  const count = () => handles.reduce((sum, handle) => sum + port.report(handle).packetsReceived, 0)
  await sleep(1000)
  const before = count()
  const { cpuMs } = await timed(() => sleep(flowMs))
  return (cpuMs * 1000) / (count() - before)
}

async function weriftFlow({ RtpHeader, RtpPacket }, made) {
  let received = 0
  const senders = made.flatMap(({ ends, tracks }) =>
    tracks.map((track, index) => {
      ends[1 - index].getReceivers()[0].track.onReceiveRtp.subscribe(() => received++)
      return { track, sequence: 0 }
    }),
  )
  const payload = Buffer.alloc(160, 0x55)
  const tick = setInterval(() => {
    for (const sender of senders) {
      const sequenceNumber = sender.sequence++ & 0xffff
      const header = new RtpHeader({ payloadType: 0, sequenceNumber, timestamp: sender.sequence * 160, marker: false })
      sender.track.writeRtp(new RtpPacket(header, payload))
    }
  }, 20)
  await sleep(1000)
  const before = received
  const { cpuMs } = await timed(() => sleep(flowMs))
  clearInterval(tick)
  return (cpuMs * 1000) / (received - before)
}

function measure(name, environment = {}) {
  const args = ['--expose-gc', self, String(pairs), name]
  const env = { ...process.env, ...environment }
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000, env })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** Figures an agent: of our own streams, of werift's connections, and of our streams of plain RTP. */
export function connectionCosts() {
  const own = measure('own')
  const portable = measure('own', { SIPLOADGEN_NATIVE: 'off' })
  const werift = measure('werift')
  const plain = measure('plain')
  // The port of streams has one timer for all of its streams, whatever they are: that is no cost of WebRTC.
  own.idleCpuMs = Math.max(0, own.idleCpuMs - plain.idleCpuMs)
  return { own, portable, werift, plain }
}

export function connectionText({ own, portable, werift, plain }) {
  const line = (what, name, unit, digits = 1) => {
    const ratio = (own[name] / werift[name]).toFixed(2)
    const [ours, without, theirs] = [own, portable, werift].map((figures) => figures[name].toFixed(digits))
    return `  ${what}: ${ours} ${unit}; without the native part ${without}; werift ${theirs}: ours is ${ratio} of it`
  }
  return [
    `WebRTC, ${pairs} pairs, ${atOnce} set up at once, ICE and DTLS-SRTP, figures an agent:`,
    line('CPU of a set-up', 'setupCpuMs', 'ms'),
    line('wall time of a set-up', 'setupWallMs', 'ms'),
    line('set-ups', 'setupsEachSecond', '/s', 0),
    line('memory', 'kilobytes', 'kB', 0),
    line('CPU while idle, without the one timer of the port', 'idleCpuMs', 'ms/s', 2),
    line('CPU of a packet sent and received', 'flow', 'us'),
    `  the same packet in plain RTP: ${plain.flow.toFixed(1)} us: DTLS-SRTP is ${(own.flow / plain.flow).toFixed(2)} of it`,
  ].join('\n')
}

if (script === self) {
  console.log(part ? JSON.stringify(await parts[part]()) : connectionText(connectionCosts()))
  process.exit(0)
}
