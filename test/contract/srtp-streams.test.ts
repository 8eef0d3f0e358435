import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { DgramPort } from '../../src/media/dgram-port.js'
import type { OpenedStream, StreamSpec } from '../../src/media/stream-port.js'
import type { Address } from '../../src/model/address.js'
import type { StreamKeys } from '../../src/model/srtp.js'
import { rtpPacket } from '../media/packet.js'
import { compoundRtcp, srtpKeys, suiteNames } from '../media/srtp/fixture.js'
import { weriftEnd, weriftSuites } from '../media/srtp/werift.js'
import { freePortRange } from '../peers/free-port.js'

const clock = new WheelClock()
let port: DgramPort
let far: Socket
let heard: Buffer[] = []
let nextSsrc = 1

const until = (done: () => boolean) => expect.poll(done, { timeout: 10_000, interval: 5 }).toBe(true)

async function open(change: Partial<StreamSpec> = {}): Promise<OpenedStream> {
  const opened = await port.open({
    localHost: '127.0.0.1',
    direction: 'caller',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    source: { kind: 'speech' },
    ssrc: nextSsrc++,
    cname: 'test@127.0.0.1',
    sending: true,
    startMs: 0,
    ...change,
  })
  if (opened.kind !== 'opened') throw new Error(opened.text)
  return opened
}

const farAddress = (): Address => ({ host: '127.0.0.1', port: far.address().port })
const received = (handle: number): number => port.statistics.packetsReceived[handle] ?? 0

beforeEach(async () => {
  const firstPort = await freePortRange(40)
  port = new DgramPort({ clock, ports: { firstPort, lastPort: firstPort + 39 }, rtcpIntervalMs: 100 })
  heard = []
  far = createSocket('udp4')
  far.on('message', (bytes) => heard.push(bytes))
  await new Promise<void>((resolve) => far.bind(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  await port.close()
  await new Promise<void>((resolve) => far.close(() => resolve()))
})

/** Two streams that know each other, under these keys. */
async function openPair(a: StreamKeys, b: StreamKeys) {
  const [first, second] = [await open({ keys: a }), await open({ keys: b })]
  port.update(first.handle, { remote: second.local })
  port.update(second.handle, { remote: first.local })
  return [first, second] as const
}

describe.each(weriftSuites)('a stream under %s', (suite) => {
  const ours = srtpKeys(suite, 1)
  const theirs = srtpKeys(suite, 2)
  const keys: StreamKeys = { send: ours, receive: [theirs] }

  it('sends SRTP and SRTCP that werift reads, from a sequence number below 2^15', async () => {
    await open({ keys, remote: farAddress(), rtcpRemote: farAddress() })
    await until(() => heard.length > 20 && heard.some((bytes) => bytes[1] === 200))
    const peer = weriftEnd(ours)
    const rtp = heard.filter((bytes) => bytes[1] !== 200)
    for (const bytes of rtp) expect(peer.unprotectRtp(bytes).length).toBe(172)
    const report = heard.find((bytes) => bytes[1] === 200) ?? Buffer.alloc(0)
    expect(peer.unprotectRtcp(report).includes('test@127.0.0.1')).toBe(true)
    expect(rtp[0]?.readUInt16BE(2)).toBeLessThan(0x8000)
  })

  it('takes what werift sends, as plain bytes', async () => {
    const stream = await open({ keys, remote: farAddress(), sending: false, ssrc: 77 })
    const peer = weriftEnd(theirs)
    for (let sequence = 65_530; sequence < 65_550; sequence++) {
      const packet = Buffer.from(rtpPacket({ sequence: sequence & 0xffff, timestamp: sequence * 160, ssrc: 5 }))
      far.send(peer.protectRtp(packet), stream.local.port, '127.0.0.1')
    }
    await until(() => received(stream.handle) === 20)
    far.send(peer.protectRtcp(compoundRtcp(5)), stream.local.port + 1, '127.0.0.1')
    await until(() => port.statistics.rtcpReceived[stream.handle] === 1)
    expect(port.report(stream.handle)).toMatchObject({
      srtpSuite: suite,
      packetsLost: 0,
      bytesReceived: 20 * 172,
      packetsUnauthenticated: 0,
      packetsReplayed: 0,
    })
  })
})

describe('streams under keys', () => {
  it.each(suiteNames)('%s carries RTP and RTCP both ways', async (suite) => {
    const [a, b] = [srtpKeys(suite, 1), srtpKeys(suite, 2)]
    const [first, second] = await openPair({ send: a, receive: [b] }, { send: b, receive: [a] })
    const { roundTrips } = port.statistics
    await until(() => [first, second].every(({ handle }) => received(handle) > 10 && (roundTrips[handle] ?? 0) > 0))
    for (const { handle } of [first, second]) {
      const report = port.remove(handle)
      expect(report).toMatchObject({ packetsLost: 0, packetsUnauthenticated: 0, packetsReplayed: 0, srtpSuite: suite })
      expect(report.bytesReceived).toBe(172 * report.packetsReceived)
    }
    expect(port.counters).toMatchObject({ malformed: {}, srtpFailures: {} })
  })

  it('neither send nor take anything while keys are awaited', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: 'awaited', remote: farAddress(), rtcpRemote: farAddress() })
    far.send(rtpPacket({ sequence: 1 }), stream.local.port, '127.0.0.1')
    far.send(compoundRtcp(1), stream.local.port + 1, '127.0.0.1')
    await until(() => port.counters.srtpFailures['no-keys'] === 2)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect([heard.length, received(stream.handle), port.statistics.rtcpReceived[stream.handle]]).toEqual([0, 0, 0])
    port.update(stream.handle, { keys: { send: keys, receive: [keys] } })
    await until(() => heard.length > 3)
    expect(port.report(stream.handle)).toMatchObject({ packetsUnauthenticated: 0, srtpSuite: keys.suite })
  })

  it('count what is not under their keys and what comes twice, and take none of it', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80', 1)
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress(), sending: false })
    const rtcp = stream.local.port + 1
    const send = (bytes: Uint8Array, to = stream.local.port) => far.send(bytes, to, '127.0.0.1')
    const [peer, stranger] = [weriftEnd(keys), weriftEnd(srtpKeys('AES_CM_128_HMAC_SHA1_80', 9))]
    const wire = peer.protectRtp(Buffer.from(rtpPacket({ sequence: 10 })))
    send(wire)
    await until(() => received(stream.handle) === 1)
    send(wire)
    send(rtpPacket({ sequence: 11 }))
    send(stranger.protectRtp(Buffer.from(rtpPacket({ sequence: 12 }))))
    send(stranger.protectRtcp(compoundRtcp(1)), rtcp)
    send(rtpPacket({ sequence: 13 }, new Uint8Array(2)))
    await until(() => (port.statistics.malformed[stream.handle] ?? 0) === 1)
    await until(() => (port.statistics.packetsUnauthenticated[stream.handle] ?? 0) === 3)
    expect(port.report(stream.handle)).toMatchObject({
      packetsReceived: 1,
      packetsUnauthenticated: 3,
      packetsReplayed: 1,
    })
    expect(port.counters.srtpFailures).toEqual({ 'auth-failed': 3, replayed: 1, 'too-short': 1 })
  })

  it('go on through a change of keys without a lost packet, whoever changes first', async () => {
    const suite = 'AES_CM_128_HMAC_SHA1_80'
    const [a, b, c] = [srtpKeys(suite, 1), srtpKeys(suite, 2), srtpKeys('AEAD_AES_128_GCM', 3)]
    const [first, second] = await openPair({ send: a, receive: [b] }, { send: b, receive: [a] })
    await until(() => received(second.handle) > 5)
    // The answerer knows of the offerer's new keys before the offerer may use them.
    port.update(second.handle, { keys: { send: b, receive: [c] } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    port.update(first.handle, { keys: { send: c, receive: [b] } })
    const before = received(second.handle)
    await until(() => received(second.handle) > before + 10)
    for (const { handle } of [first, second]) {
      expect(port.report(handle)).toMatchObject({ packetsLost: 0, packetsUnauthenticated: 0, packetsReplayed: 0 })
    }
    expect(port.report(first.handle).srtpSuite).toBe('AEAD_AES_128_GCM')
  })

  it('keep replay windows through signalling that names the same keys again', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress(), sending: false })
    const peer = weriftEnd(keys)
    const wire = (sequence: number) => peer.protectRtp(Buffer.from(rtpPacket({ sequence })))
    const [first, second] = [wire(1), wire(2)]
    far.send(first, stream.local.port, '127.0.0.1')
    await until(() => received(stream.handle) === 1)
    port.update(stream.handle, { keys: { send: { ...keys }, receive: [{ ...keys }] } })
    for (const bytes of [first, second]) far.send(bytes, stream.local.port, '127.0.0.1')
    await until(() => received(stream.handle) === 2)
    expect(port.report(stream.handle)).toMatchObject({ packetsUnauthenticated: 0, packetsReplayed: 1 })
  })

  it('become plain RTP when the keys are taken away', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress() })
    await until(() => heard.length > 2)
    expect(heard.at(-1)?.length).toBe(182)
    port.update(stream.handle, { keys: undefined })
    await until(() => heard.at(-1)?.length === 172)
  })
})
