// CPU of a packet at its sender and at its receiver, which are processes of their own: `node bench/packet-costs.js`
// after `npm run build`.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WheelClock } from '../dist/base/wheel-clock.js'
import { newDgramPort } from '../dist/media/stream-ports.js'
import { pathOf, protections } from './protection.js'
import { host, plainSpec, ptimeMs } from './rtp-measurement.js'

const self = fileURLToPath(import.meta.url)
const streams = 120
/** So many are opened and connected at once. */
const batch = 8
const warmUpMs = 2500
const measuredMs = 4000
const answerWithinMs = 30_000
/** A run that sent or received less than this part of its schedule measured something else. */
const leastShare = 0.9
const tries = 3
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const kinds = {
  rtp: ownKind(protections.rtp),
  sdes: ownKind(protections.sdes),
  sdesNode: ownKind(protections.sdes),
  webrtc: ownKind(protections.webrtc),
  werift: weriftKind(),
}

/** Environment of the processes of a kind, where it differs. */
const environments = { sdesNode: { SIPLOADGEN_NATIVE: 'off' } }

/** Streams of our own port. */
function ownKind({ spec, changeOf }) {
  const port = newDgramPort({ clock: new WheelClock() })
  const handles = []
  const sum = (column) => handles.reduce((total, handle) => total + port.statistics[column][handle], 0)
  return {
    async open(role) {
      await port.prepare(host, batch, spec.webrtc ? 'muxed' : 'own')
      const ends = []
      for (let left = batch; left > 0; left--) {
        const number = handles.length
        const ssrc = 2 * number + (role === 'sender' ? 1 : 2)
        const opened = await port.open({ ...plainSpec(ssrc), ...spec })
        handles.push(opened.handle)
        ends.push({ local: opened.local, webrtc: opened.webrtc, ssrc })
      }
      return ends
    },
    async connect(role, ends) {
      const opened = handles.slice(-batch)
      const paths = spec.webrtc ? opened.map((handle) => pathOf(port, handle)) : []
      for (const [number, handle] of opened.entries()) port.update(handle, changeOf(ends[number], role === 'sender'))
      await Promise.all(paths)
    },
    send: () => {
      for (const handle of handles) port.update(handle, { sending: true })
    },
    sent: () => sum('packetsSent'),
    received: () => sum('packetsReceived'),
  }
}

/** Connections of werift, each with one track either way, as its own examples use them. */
function weriftKind() {
  const connections = []
  const tracks = []
  let sent = 0
  let received = 0
  let parts
  return {
    async open(role) {
      parts = await import('werift')
      const { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } = parts
      const codecs = { audio: [new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1 })] }
      for (let left = batch; left > 0; left--) {
        const connection = new RTCPeerConnection({ codecs, iceUseIpv6: false, iceAdditionalHostAddresses: [host] })
        const track = new MediaStreamTrack({ kind: 'audio' })
        connection.addTransceiver(track, { direction: 'sendrecv' })
        connections.push(connection)
        tracks.push(track)
        if (role === 'sender') await connection.setLocalDescription(await connection.createOffer())
      }
      return connections.slice(-batch).map(({ localDescription }) => localDescription && { ...localDescription })
    },
    async answer(offers) {
      const opened = connections.slice(-batch)
      for (const [number, connection] of opened.entries()) {
        await connection.setRemoteDescription(offers[number])
        await connection.setLocalDescription(await connection.createAnswer())
      }
      return opened.map(({ localDescription }) => ({ ...localDescription }))
    },
    async connect(role, ends) {
      const isUp = ({ connectionState }) => connectionState === 'connected'
      const opened = connections.slice(-batch)
      if (role === 'sender') {
        for (const [number, connection] of opened.entries()) await connection.setRemoteDescription(ends[number])
      }
      while (!opened.every(isUp)) await sleep(20)
      for (const connection of opened) {
        connection.getReceivers()[0].track.onReceiveRtp.subscribe(() => received++)
      }
    },
    send() {
      const { RtpHeader, RtpPacket } = parts
      const payload = Buffer.alloc(8 * ptimeMs, 0x55)
      let number = 0
      const startMs = performance.now()
      setInterval(() => {
        // Intervals drift; what is due is sent.
        while (number * ptimeMs < performance.now() - startMs) {
          const sequenceNumber = number++ & 0xffff
          for (const track of tracks) {
            const header = new RtpHeader({ payloadType: 0, sequenceNumber, timestamp: number * 160, marker: false })
            track.writeRtp(new RtpPacket(header, payload))
          }
          sent += tracks.length
        }
      }, ptimeMs)
    },
    sent: () => sent,
    received: () => received,
  }
}

/** Microseconds of CPU of this process for each packet that it sends or receives meanwhile. */
async function measure(role, kind) {
  if (role === 'sender') kind.send()
  await sleep(warmUpMs)
  const count = role === 'sender' ? kind.sent : kind.received
  const before = count()
  const cpu = process.cpuUsage()
  await sleep(measuredMs)
  const used = process.cpuUsage(cpu)
  const packets = count() - before
  return { micros: (used.user + used.system) / packets, share: packets / ((streams * measuredMs) / ptimeMs) }
}

/** A process of the pair does what it is told, one thing after the other. */
function serve(role, kind) {
  const steps = {
    open: () => kind.open(role),
    answer: (ends) => kind.answer(ends),
    connect: (ends) => kind.connect(role, ends),
    measure: () => measure(role, kind),
  }
  process.on('message', async ({ step, argument }) => process.send({ done: await steps[step](argument) }))
  process.on('disconnect', () => process.exit(0))
}

/** The other side of `serve`: asks, and waits for the answer. */
function startEnd(role, name) {
  const child = fork(self, [role, name], {
    serialization: 'advanced',
    env: { ...process.env, ...environments[name] },
  })
  const ask = (step, argument) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name}: no answer to ${step}`)), answerWithinMs)
      child.once('message', ({ done }) => {
        clearTimeout(timer)
        resolve(done)
      })
      child.send({ step, argument })
    })
  return { ask, stop: () => child.kill('SIGKILL') }
}

async function costOf(name) {
  const sender = startEnd('sender', name)
  const receiver = startEnd('receiver', name)
  try {
    for (let opened = 0; opened < streams; opened += batch) {
      const [offers, own] = await Promise.all([sender.ask('open'), receiver.ask('open')])
      const answers = name === 'werift' ? await receiver.ask('answer', offers) : own
      await Promise.all([sender.ask('connect', answers), receiver.ask('connect', offers)])
    }
    const [send, receive] = await Promise.all([sender.ask('measure'), receiver.ask('measure')])
    if (Math.min(send.share, receive.share) < leastShare) {
      throw new Error(
        `${name}: ${(send.share * 100).toFixed(0)} % sent and ${(receive.share * 100).toFixed(0)} % received`,
      )
    }
    return { send: send.micros, receive: receive.micros }
  } finally {
    sender.stop()
    receiver.stop()
  }
}

/** `{ rtp, sdes, sdesNode, webrtc, werift }`, each with `send` and `receive` in microseconds of CPU a packet. */
export async function packetCosts() {
  const costs = {}
  for (const name of Object.keys(kinds)) costs[name] = await unspoilt(name)
  return costs
}

/** A machine that is too busy for the schedule spoils a run, which is then made anew. */
async function unspoilt(name) {
  for (let left = tries; ; left--) {
    try {
      return await costOf(name)
    } catch (error) {
      if (left === 1) throw error
      console.log(`  a run was spoilt: ${error.message}`)
    }
  }
}

const [, script, role, name] = process.argv
if (script === self && role !== undefined) serve(role, kinds[name])
else if (script === self) {
  console.log(await packetCosts())
  process.exit(0)
}
