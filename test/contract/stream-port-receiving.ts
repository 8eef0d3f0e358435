import { expect, it } from 'vitest'
import { writeCompound } from '../../src/media/rtcp/rtcp-writer.js'
import { rtpPacket } from '../media/packet.js'
import { type StreamPortFixture, sleep, until } from './stream-port-fixture.js'

/** What streams of every implementation make of what arrives. */
export function receivingContract(at: StreamPortFixture): void {
  const { clock, open, openPair, peer, received, makePort } = at

  it('counts losses, duplicates and reordering exactly', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, sending: false })
    for (const sequence of [65_530, 65_531, 65_533, 65_532, 65_533, 65_535, 2, 1, 3]) {
      far.send(rtpPacket({ sequence, timestamp: sequence * 160, ssrc: 5 }), stream.local)
    }
    await until(() => received(stream.handle) >= 8, 'eight packets')
    expect(at.port.report(stream.handle)).toMatchObject({
      ssrc: 5,
      packetsReceived: 8,
      packetsExpected: 10,
      packetsLost: 2,
      packetsReordered: 2,
      packetsDuplicated: 1,
    })
  })

  it('counts malformed packets by kind and takes nothing from them', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, sending: false })
    const rtcp = { host: stream.local.host, port: stream.local.port + 1 }
    far.send(Buffer.from('hello'), stream.local)
    far.send(Buffer.alloc(40, 0xff), stream.local)
    far.send(Buffer.alloc(20, 0x41), stream.local)
    far.send(Buffer.from('junk'), rtcp)
    far.send(Buffer.alloc(0), rtcp)
    await until(() => (at.port.statistics.malformed[stream.handle] ?? 0) >= 5, 'five malformed packets')
    expect(at.port.counters.malformed).toEqual({
      'rtp/too-short': 1,
      'rtp/bad-version': 2,
      'rtcp/too-short': 2,
    })
    expect(at.port.report(stream.handle)).toMatchObject({ packetsReceived: 0, firstPacketMs: undefined })
  })

  it.each([
    ['take', 1, 1],
    ['reject', 0, 1],
    ['latch', 1, 1],
  ] as const)('a packet from elsewhere is counted, and by %s %i of it received', async (policy, taken, unexpected) => {
    const [far, other] = [await peer(), await peer()]
    const stream = await open({ remote: far.address, unexpectedSource: policy })
    other.send(rtpPacket({ sequence: 1 }), stream.local)
    await until(() => at.port.statistics.unexpectedSource[stream.handle] === unexpected, 'the unexpected packet')
    expect(received(stream.handle)).toBe(taken)
    other.packets.length = 0
    far.packets.length = 0
    const answered = policy === 'latch' ? other : far
    await until(() => answered.packets.length > 3, 'packets to where they belong')
  })

  it('carries DTMF, each digit once', async () => {
    const [a, b] = await openPair({ telephoneEventPayloadType: 101 }, { telephoneEventPayloadType: 101 })
    expect(at.port.dtmf(a.handle, '12#', 60, 40)).toBe(true)
    await until(() => at.port.statistics.dtmfDigits[b.handle] === 3, 'three digits')
    expect(at.port.dtmfReceived(b.handle)).toBe('12#')
    expect(at.port.remove(b.handle).dtmfReceived).toBe('12#')
  })

  const events = (payloadType: number) => ({
    payloadType,
    encoding: 'telephone-event' as const,
    clockRate: 8000,
  })

  it('receives DTMF under another payload type than it sends with', async () => {
    const [a, b] = await openPair(
      { telephoneEventPayloadType: 96, received: [events(101)] },
      { telephoneEventPayloadType: 101, received: [events(96)] },
    )
    at.port.dtmf(a.handle, '7', 40, 40)
    at.port.dtmf(b.handle, '8', 40, 40)
    await until(() => at.port.dtmfReceived(a.handle) === '8' && at.port.dtmfReceived(b.handle) === '7', 'both digits')
  })

  it('sends no DTMF where none was agreed', async () => {
    const stream = await open()
    expect(at.port.dtmf(stream.handle, '1', 100, 50)).toBe(false)
  })

  it('measures round trips by RTCP, reports loss back, and says goodbye', async () => {
    await makePort(8, 60)
    const far = await peer()
    const [a, b] = await openPair()
    await until(() => (at.port.statistics.roundTrips[a.handle] ?? 0) >= 2, 'two round trips')
    const report = at.port.report(a.handle)
    for (const tripMs of report.roundTripsMs) expect(tripMs).toBeLessThan(100)
    expect(report.remoteLost).toBe(0)
    expect(report.remoteJitterMs).toBeLessThan(50)
    at.port.update(b.handle, { rtcpRemote: far.address })
    at.port.remove(b.handle)
    await until(() => far.packets.some((bytes) => bytes.includes(Buffer.of(0x81, 203, 0, 1))), 'a BYE')
  })

  it('takes RTCP that arrives on the RTP port (RFC 5761)', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, sending: false, ssrc: 77 })
    const block = {
      ssrc: 77,
      fractionLost: 1,
      cumulativeLost: 9,
      highestSequence: 1,
      jitterUnits: 80,
      lsr: 0,
      dlsr: 0,
    }
    far.send(writeCompound(5, 'far', undefined, block, false), stream.local)
    await until(() => at.port.statistics.remoteLost[stream.handle] === 9, 'the report')
    expect(at.port.report(stream.handle)).toMatchObject({ packetsReceived: 0, remoteLost: 9, remoteJitterMs: 10 })
  })

  it('counts losses before the answer as losses at the start', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, sending: false })
    for (const sequence of [1, 5]) far.send(rtpPacket({ sequence }), stream.local)
    await until(() => received(stream.handle) === 2, 'packets before the answer')
    at.port.markAnswered(stream.handle, clock.nowMs())
    for (const sequence of [7, 9]) far.send(rtpPacket({ sequence }), stream.local)
    await until(() => received(stream.handle) === 4, 'packets after the answer')
    expect(at.port.report(stream.handle)).toMatchObject({ packetsLostAtStart: 4, packetsLost: 5 })
  })

  it('takes a hold for no gap', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, sending: false })
    far.send(rtpPacket({ sequence: 1 }), stream.local)
    await until(() => received(stream.handle) === 1, 'the packet before')
    at.port.update(stream.handle, { receiving: false })
    await sleep(250)
    at.port.update(stream.handle, { receiving: true })
    for (const sequence of [2, 3]) far.send(rtpPacket({ sequence }), stream.local)
    await until(() => received(stream.handle) === 3, 'the packets after')
    expect(at.port.report(stream.handle).longestGapMs).toBeLessThan(150)
  })
}
