import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import { WheelClock } from '../../../src/base/wheel-clock.js'
import { writeCompound } from '../../../src/media/rtcp/rtcp-writer.js'
import type { RtpPort } from '../../../src/media/rtp-port.js'
import type { OpenedStream, StreamSpec } from '../../../src/media/stream-port.js'
import { newStreamPort } from '../../../src/media/stream-ports.js'
import type { LocalWebRtc, PathEvent, RemoteWebRtc } from '../../../src/media/webrtc/webrtc-spec.js'
import { nativePart } from '../../../src/native/addon.js'
import { stunMethods, writeStun } from '../../../src/stun/stun-message.js'
import { freePortRange } from '../../peers/free-port.js'
import { occupy } from '../../peers/occupy.js'
import { rtpPacket } from '../packet.js'

const clock = new WheelClock()
const ports: RtpPort[] = []
afterEach(async () => {
  await Promise.all(ports.splice(0).map((port) => port.close()))
})

const spec = (change: Partial<StreamSpec> = {}): StreamSpec => ({
  localHost: '127.0.0.1',
  direction: 'caller',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  source: { kind: 'speech' },
  ssrc: 1000 + ports.length,
  cname: 'test',
  sending: true,
  startMs: 0,
  webrtc: { iceTimeoutMs: 3000, dtlsTimeoutMs: 3000 },
  ...change,
})

interface End {
  readonly port: RtpPort
  readonly opened: OpenedStream
  readonly local: LocalWebRtc
  readonly ssrc: number
  readonly event: Promise<PathEvent>
}

async function openEnd(change: Partial<StreamSpec> = {}): Promise<End> {
  const firstPort = await freePortRange(4)
  const port = newStreamPort({ clock, ports: { firstPort, lastPort: firstPort + 3 }, rtcpIntervalMs: 0 })
  const wanted = spec(change)
  ports.push(port)
  const opened = await port.open(wanted)
  if (opened.kind === 'open-failure' || !opened.webrtc) throw new Error('not opened')
  const event = new Promise<PathEvent>((resolve) => port.watchPath(opened.handle, resolve))
  return { port, opened, local: opened.webrtc, ssrc: wanted.ssrc, event }
}

const described = (end: End, change: Partial<RemoteWebRtc>): RemoteWebRtc => ({
  ice: end.local.ice,
  fingerprints: [end.local.fingerprint],
  controlling: true,
  dtlsRole: 'client',
  ssrcs: [end.ssrc],
  ...change,
})

/** Tells each end of the other; what is told of `b` may be false. */
function introduce(a: End, b: End, falsehood: Partial<RemoteWebRtc> = {}): void {
  a.port.update(a.opened.handle, {
    webrtcRemote: described(b, { controlling: true, dtlsRole: 'server', ...falsehood }),
  })
  b.port.update(b.opened.handle, { webrtcRemote: described(a, { controlling: false, dtlsRole: 'client' }) })
}

const reportOf = ({ port, opened }: End) => port.report(opened.handle)
const heard = (end: End, packets: number) =>
  expect.poll(() => reportOf(end).packetsReceived, { timeout: 5000 }).toBeGreaterThanOrEqual(packets)

describe('two streams over ICE and DTLS-SRTP', () => {
  test('hear each other, with the times of ICE and DTLS in their reports', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    expect([await a.event, await b.event]).toEqual([{ kind: 'open' }, { kind: 'open' }])
    await heard(a, 20)
    await heard(b, 20)
    for (const [end, role] of [
      [a, 'server'],
      [b, 'client'],
    ] as const) {
      const report = reportOf(end)
      expect(report).toMatchObject({ srtpSuite: 'AEAD_AES_256_GCM', packetsLost: 0, packetsUnauthenticated: 0 })
      expect(report.path).toMatchObject({ dtlsRole: role, localCandidate: 'host', failure: undefined, routeChanges: 0 })
      expect(report.path?.iceMs).toBeGreaterThan(0)
      expect(report.path?.dtlsMs).toBeGreaterThan(0)
    }
  })

  test('send nothing before the keys, although told to', async () => {
    const a = await openEnd()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(reportOf(a).packetsSent).toBe(0)
  })

  test('use one socket each: the port above is free', async () => {
    const a = await openEnd()
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(a.opened.local.port + 1, '127.0.0.1', resolve)
    })
    socket.close()
  })

  test('go on when both are told the same again', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 10)
    introduce(a, b)
    const before = reportOf(a).packetsReceived
    await heard(a, before + 20)
    expect(reportOf(a)).toMatchObject({ packetsUnauthenticated: 0, packetsLost: 0 })
  })

  test('are sent on time while JavaScript is busy, where a thread of the native part sends them', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    const before = reportOf(b).packetsSent
    occupy(300)
    const meanwhile = reportOf(b).packetsSent - before
    if (nativePart.addon) expect(meanwhile).toBeGreaterThan(8)
    else expect(meanwhile).toBe(0)
    const sent = b.port.remove(b.opened.handle).packetsSent
    await heard(a, sent)
    expect(reportOf(a)).toMatchObject({ packetsReceived: sent, packetsLost: 0, packetsUnauthenticated: 0 })
  })

  test('are opened and counted while JavaScript is busy, where a thread of the native part receives them', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    const received = () => a.port.statistics.packetsReceived[a.opened.handle] ?? 0
    const before = received()
    occupy(300)
    const meanwhile = received() - before
    if (nativePart.addon) expect(meanwhile).toBeGreaterThan(8)
    else expect(meanwhile).toBe(0)
  })

  test('are in clear for a tap, with what the far side sent under its keys', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    const seen: { ssrc: number; length: number }[] = []
    a.port.tap = (_handle, direction, protocol, bytes) => {
      if (direction === 'received' && protocol === 'rtp') {
        seen.push({ ssrc: Buffer.from(bytes).readUInt32BE(8), length: bytes.length })
      }
    }
    const before = reportOf(a).packetsReceived
    await heard(a, before + 10)
    a.port.tap = undefined
    expect(seen.length).toBeGreaterThan(8)
    expect(seen).toEqual(seen.map(() => ({ ssrc: b.ssrc, length: 172 })))
  })

  test('go on through a restart of ICE', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 10)
    const [anew, bnew] = [a.port.restartIce(a.opened.handle), b.port.restartIce(b.opened.handle)]
    if (!anew || !bnew) throw new Error('no path')
    introduce({ ...a, local: anew }, { ...b, local: bnew })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const before = reportOf(a).packetsReceived
    await heard(a, before + 20)
    expect(reportOf(a)).toMatchObject({ packetsLost: 0, packetsUnauthenticated: 0 })
  })
})

describe('a path fails by name', () => {
  test('when the certificate is not the described one', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b, { fingerprints: [{ hash: 'sha-256', value: 'AA:BB' }] })
    expect(await a.event).toMatchObject({ kind: 'failed', failure: 'fingerprint-mismatch' })
    expect(reportOf(a).path?.failure).toBe('fingerprint-mismatch')
    expect(reportOf(a).packetsSent).toBe(0)
  })

  test('when nobody answers checks', async () => {
    const a = await openEnd({ webrtc: { iceTimeoutMs: 200, dtlsTimeoutMs: 200 } })
    const b = await openEnd()
    b.port.remove(b.opened.handle)
    a.port.update(a.opened.handle, { webrtcRemote: described(b, {}) })
    expect(await a.event).toMatchObject({ kind: 'failed', failure: 'ice-timeout' })
  })

  test('when nobody begins the handshake', async () => {
    const a = await openEnd({ webrtc: { iceTimeoutMs: 3000, dtlsTimeoutMs: 200 } })
    const b = await openEnd()
    a.port.update(a.opened.handle, { webrtcRemote: described(b, { dtlsRole: 'server' }) })
    b.port.update(b.opened.handle, { webrtcRemote: described(a, { controlling: false, dtlsRole: 'server' }) })
    expect(await a.event).toMatchObject({ kind: 'failed', failure: 'dtls-timeout' })
  })
})

describe('what is received', () => {
  test('is not heard from a source that contradicts the description', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b, { ssrcs: [4711] })
    await expect.poll(() => reportOf(a).path?.packetsOfOtherSources, { timeout: 5000 }).toBeGreaterThan(10)
    expect(reportOf(a).packetsReceived).toBe(0)
  })

  test('is heard no more from a source that another description leaves out, and again when it is back', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    introduce(a, b, { ssrcs: [4711, 4712, 4713, 4714, 4715] })
    await expect.poll(() => reportOf(a).path?.packetsOfOtherSources, { timeout: 5000 }).toBeGreaterThan(10)
    const before = reportOf(a).packetsReceived
    introduce(a, b, { ssrcs: [4711, b.ssrc] })
    await heard(a, before + 10)
    introduce(a, b, { ssrcs: [] })
    await heard(a, before + 20)
    const { packetsReceived, packetsUnauthenticated, path } = reportOf(a)
    const { packetsSent } = b.port.remove(b.opened.handle)
    expect(packetsReceived + (path?.packetsOfOtherSources ?? 0)).toBeGreaterThan(packetsSent - 5)
    expect(packetsUnauthenticated).toBe(0)
  })

  test('is heard no more under a payload type that another agreement leaves out', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    a.port.update(a.opened.handle, { received: [{ payloadType: 8, encoding: 'PCMA', clockRate: 8000 }] })
    await expect.poll(() => reportOf(a).path?.packetsOfOtherFormats, { timeout: 5000 }).toBeGreaterThan(10)
  })

  test('is not heard under a payload type that was not offered', async () => {
    const a = await openEnd({ received: [{ payloadType: 8, encoding: 'PCMA', clockRate: 8000 }] })
    const b = await openEnd()
    introduce(a, b)
    await expect.poll(() => reportOf(a).path?.packetsOfOtherFormats, { timeout: 5000 }).toBeGreaterThan(10)
    expect(reportOf(a).packetsReceived).toBe(0)
  })

  test('from elsewhere than the far side is counted and not taken', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    const stranger = createSocket('udp4')
    const packet = rtpPacket({ ssrc: b.ssrc })
    await new Promise((resolve) => stranger.send(packet, a.opened.local.port, '127.0.0.1', resolve))
    await expect.poll(() => a.port.statistics.unexpectedSource[a.opened.handle]).toBe(1)
    stranger.close()
    expect(reportOf(a).packetsUnauthenticated).toBe(0)
  })

  test('from a stranger as STUN, DTLS, SRTP, SRTCP or noise changes nothing but counters', async () => {
    const [a, b] = [await openEnd(), await openEnd()]
    introduce(a, b)
    await heard(a, 5)
    const stranger = createSocket('udp4')
    const send = (bytes: Uint8Array) =>
      new Promise((resolve) => stranger.send(bytes, a.opened.local.port, '127.0.0.1', resolve))
    const head = { method: stunMethods.binding, messageClass: 'request', transactionId: '0'.repeat(24) } as const
    for (let i = 0; i < 200; i++) {
      await send(rtpPacket({ ssrc: b.ssrc, sequence: i }))
      await send(writeCompound(b.ssrc, 'far', undefined, undefined, true))
      await send(writeStun(head, [], i % 2 === 0 ? Buffer.from('not the password') : undefined))
      await send(writeStun({ ...head, messageClass: 'success' }, [], Buffer.from('not the password')))
      await send(Buffer.from([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, i, 0, 4, 1, 2, 3, 4]))
      await send(Buffer.from([21, 254, 253, 0, 0, 0, 0, 0, 0, 1, i, 0, 2, 2, 40]))
      await send(Buffer.alloc(i, 0x7f))
      const refused = () => a.port.statistics.unexpectedSource[a.opened.handle]
      await expect.poll(refused, { timeout: 5000, interval: 1 }).toBe(2 * i + 2)
    }
    stranger.close()
    const before = reportOf(a).packetsReceived
    await heard(a, before + 20)
    const { packetsLost, packetsUnauthenticated, packetsReplayed, sourceChanges, path } = reportOf(a)
    expect([packetsLost, packetsUnauthenticated, packetsReplayed, sourceChanges]).toEqual([0, 0, 0, 0])
    expect(path).toMatchObject({ failure: undefined, routeChanges: 0 })
    expect(a.port.statistics.rtcpReceived[a.opened.handle]).toBe(0)
    expect(a.port.counters.malformed).toEqual({ 'webrtc/unknown': 200 })
  })
})
