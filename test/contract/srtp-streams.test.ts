import { beforeEach, describe, expect, it } from 'vitest'
import { newStreamPort } from '../../src/media/stream-ports.js'
import type { Address } from '../../src/model/address.js'
import type { StreamKeys } from '../../src/model/srtp.js'
import { rtpPacket } from '../media/packet.js'
import { compoundRtcp, srtpKeys, suiteNames } from '../media/srtp/fixture.js'
import { weriftEnd, weriftSuites } from '../media/srtp/werift.js'
import { type Peer, StreamPortFixture } from './stream-port-fixture.js'

const at = new StreamPortFixture((options) => newStreamPort(options), 40, 100)
const { open, received } = at
let far: Peer

beforeEach(async () => {
  far = await at.peer()
})

const until = (done: () => boolean) => expect.poll(done, { timeout: 10_000, interval: 5 }).toBe(true)
const farAddress = () => far.address
const rtcpOf = ({ host, port }: Address): Address => ({ host, port: port + 1 })

/** Two streams that know each other, under these keys. */
const openPair = (a: StreamKeys, b: StreamKeys) => at.openPair({ keys: a }, { keys: b })

describe.each(weriftSuites)('a stream under %s', (suite) => {
  const ours = srtpKeys(suite, 1)
  const theirs = srtpKeys(suite, 2)
  const keys: StreamKeys = { send: ours, receive: [theirs] }

  it('sends SRTP and SRTCP that werift reads, from a sequence number below 2^15', async () => {
    await open({ keys, remote: farAddress(), rtcpRemote: farAddress() })
    await until(() => far.packets.length > 20 && far.packets.some((bytes) => bytes[1] === 200))
    const peer = weriftEnd(ours)
    const rtp = far.packets.filter((bytes) => bytes[1] !== 200)
    for (const bytes of rtp) expect(peer.unprotectRtp(bytes).length).toBe(172)
    const report = far.packets.find((bytes) => bytes[1] === 200) ?? Buffer.alloc(0)
    expect(peer.unprotectRtcp(report).includes('test@127.0.0.1')).toBe(true)
    expect(rtp[0]?.readUInt16BE(2)).toBeLessThan(0x8000)
  })

  it('takes what werift sends, as plain bytes', async () => {
    const stream = await open({ keys, remote: farAddress(), sending: false, ssrc: 77 })
    const peer = weriftEnd(theirs)
    for (let sequence = 65_530; sequence < 65_550; sequence++) {
      const packet = Buffer.from(rtpPacket({ sequence: sequence & 0xffff, timestamp: sequence * 160, ssrc: 5 }))
      far.send(peer.protectRtp(packet), stream.local)
    }
    await until(() => received(stream.handle) === 20)
    far.send(peer.protectRtcp(compoundRtcp(5)), rtcpOf(stream.local))
    await until(() => at.port.statistics.rtcpReceived[stream.handle] === 1)
    expect(at.port.report(stream.handle)).toMatchObject({
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
    const { roundTrips } = at.port.statistics
    await until(() => [first, second].every(({ handle }) => received(handle) > 10 && (roundTrips[handle] ?? 0) > 0))
    for (const { handle } of [first, second]) {
      const report = at.port.remove(handle)
      expect(report).toMatchObject({ packetsLost: 0, packetsUnauthenticated: 0, packetsReplayed: 0, srtpSuite: suite })
      expect(report.bytesReceived).toBe(172 * report.packetsReceived)
    }
    expect(at.port.counters).toMatchObject({ malformed: {}, srtpFailures: {} })
  })

  it('neither send nor take anything while keys are awaited', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: 'awaited', remote: farAddress(), rtcpRemote: farAddress() })
    far.send(rtpPacket({ sequence: 1 }), stream.local)
    far.send(compoundRtcp(1), rtcpOf(stream.local))
    await until(() => at.port.counters.srtpFailures['no-keys'] === 2)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect([far.packets.length, received(stream.handle), at.port.statistics.rtcpReceived[stream.handle]]).toEqual([
      0, 0, 0,
    ])
    at.port.update(stream.handle, { keys: { send: keys, receive: [keys] } })
    await until(() => far.packets.length > 3)
    expect(at.port.report(stream.handle)).toMatchObject({ packetsUnauthenticated: 0, srtpSuite: keys.suite })
  })

  it('count what is not under their keys and what comes twice, and take none of it', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80', 1)
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress(), sending: false })
    const rtcp = rtcpOf(stream.local)
    const send = (bytes: Uint8Array, to = stream.local) => far.send(bytes, to)
    const [peer, stranger] = [weriftEnd(keys), weriftEnd(srtpKeys('AES_CM_128_HMAC_SHA1_80', 9))]
    const wire = peer.protectRtp(Buffer.from(rtpPacket({ sequence: 10 })))
    send(wire)
    await until(() => received(stream.handle) === 1)
    send(wire)
    send(rtpPacket({ sequence: 11 }))
    send(stranger.protectRtp(Buffer.from(rtpPacket({ sequence: 12 }))))
    send(stranger.protectRtcp(compoundRtcp(1)), rtcp)
    send(rtpPacket({ sequence: 13 }, new Uint8Array(2)))
    await until(() => (at.port.statistics.malformed[stream.handle] ?? 0) === 1)
    await until(() => (at.port.statistics.packetsUnauthenticated[stream.handle] ?? 0) === 3)
    expect(at.port.report(stream.handle)).toMatchObject({
      packetsReceived: 1,
      packetsUnauthenticated: 3,
      packetsReplayed: 1,
    })
    expect(at.port.counters.srtpFailures).toEqual({ 'auth-failed': 3, replayed: 1, 'too-short': 1 })
  })

  it('go on through a change of keys without a lost packet, whoever changes first', async () => {
    const suite = 'AES_CM_128_HMAC_SHA1_80'
    const [a, b, c] = [srtpKeys(suite, 1), srtpKeys(suite, 2), srtpKeys('AEAD_AES_128_GCM', 3)]
    const [first, second] = await openPair({ send: a, receive: [b] }, { send: b, receive: [a] })
    await until(() => received(second.handle) > 5)
    // The answerer knows of the offerer's new keys before the offerer may use them.
    at.port.update(second.handle, { keys: { send: b, receive: [c] } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    at.port.update(first.handle, { keys: { send: c, receive: [b] } })
    const before = received(second.handle)
    await until(() => received(second.handle) > before + 10)
    for (const { handle } of [first, second]) {
      expect(at.port.report(handle)).toMatchObject({ packetsLost: 0, packetsUnauthenticated: 0, packetsReplayed: 0 })
    }
    expect(at.port.report(first.handle).srtpSuite).toBe('AEAD_AES_128_GCM')
  })

  it('keep replay windows through signalling that names the same keys again', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress(), sending: false })
    const peer = weriftEnd(keys)
    const wire = (sequence: number) => peer.protectRtp(Buffer.from(rtpPacket({ sequence })))
    const [first, second] = [wire(1), wire(2)]
    far.send(first, stream.local)
    await until(() => received(stream.handle) === 1)
    at.port.update(stream.handle, { keys: { send: { ...keys }, receive: [{ ...keys }] } })
    for (const bytes of [first, second]) far.send(bytes, stream.local)
    await until(() => received(stream.handle) === 2)
    expect(at.port.report(stream.handle)).toMatchObject({ packetsUnauthenticated: 0, packetsReplayed: 1 })
  })

  it('become plain RTP when the keys are taken away', async () => {
    const keys = srtpKeys('AES_CM_128_HMAC_SHA1_80')
    const stream = await open({ keys: { send: keys, receive: [keys] }, remote: farAddress() })
    await until(() => far.packets.length > 2)
    expect(far.packets.at(-1)?.length).toBe(182)
    at.port.update(stream.handle, { keys: undefined })
    await until(() => far.packets.at(-1)?.length === 172)
  })
})
