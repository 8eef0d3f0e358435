import { describe, expect, it } from 'vitest'
import { rtpPacket } from '../media/packet.js'
import { bye, type StreamPortFixture, sleep, until } from './stream-port-fixture.js'

/** What streams of every implementation send. */
export function sendingContract(at: StreamPortFixture): void {
  const { clock, open, openPair, peer, received, makePort } = at

  it('sends and receives 50 packets a second both ways without loss', async () => {
    const [a, b] = await openPair()
    await sleep(1000)
    for (const stream of [a, b]) {
      const report = at.port.remove(stream.handle)
      expect(report.packetsReceived).toBeGreaterThan(42)
      expect(report.packetsReceived).toBeLessThan(54)
      expect(report).toMatchObject({ packetsLost: 0, packetsReordered: 0, packetsDuplicated: 0 })
      expect(report.bytesReceived).toBe(report.packetsReceived * 172)
      expect(report.longestGapMs).toBeLessThan(100)
    }
  })

  it('sends nothing before the remote side is known, while sending is off, or before its start', async () => {
    const far = await peer()
    const unknown = await open()
    const silent = await open({ remote: far.address, sending: false })
    const later = await open({ remote: far.address, startMs: clock.nowMs() + 400 })
    await sleep(200)
    expect(far.packets.length).toBe(0)
    at.port.update(silent.handle, { sending: true })
    await until(() => far.packets.length > 5, 'packets after sending is on')
    at.port.update(silent.handle, { sending: false })
    await until(() => (at.port.statistics.packetsSent[later.handle] ?? 0) > 2, 'packets after the start')
    expect(at.port.statistics.packetsSent[unknown.handle]).toBe(0)
  })

  it('numbers packets in sequence with timestamps of the packet time, and marks the first', async () => {
    const far = await peer()
    await open({ remote: far.address, ssrc: 0xcafe_f00d, payloadType: 8, codec: 'PCMA', ptimeMs: 30 })
    await until(() => far.packets.length >= 8, 'eight packets')
    const packets = far.packets.slice(0, 8)
    const first = packets[0]
    if (!first) throw new Error('no packet')
    for (const [index, bytes] of packets.entries()) {
      expect(bytes.length).toBe(12 + 240)
      expect(bytes[0]).toBe(0x80)
      expect(bytes[1]).toBe(index === 0 ? 0x88 : 0x08)
      expect(bytes.readUInt32BE(8)).toBe(0xcafe_f00d)
      expect((bytes.readUInt16BE(2) - first.readUInt16BE(2)) & 0xffff).toBe(index)
      // A timer that was late by 60 ms and more leaves frames out, and their time passes.
      expect(((bytes.readUInt32BE(4) - first.readUInt32BE(4)) >>> 0) % 240).toBe(0)
    }
  })

  it('lets the timestamp go on through a pause in sending and marks the packet after it', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address })
    await until(() => far.packets.length >= 3, 'packets before the pause')
    at.port.update(stream.handle, { sending: false })
    await sleep(50)
    const before = far.packets.at(-1)
    const count = far.packets.length
    await sleep(300)
    expect(far.packets.length).toBe(count)
    at.port.update(stream.handle, { sending: true })
    await until(() => far.packets.length > count, 'packets after the pause')
    const after = far.packets[count]
    if (!before || !after) throw new Error('no packet')
    expect((after.readUInt16BE(2) - before.readUInt16BE(2)) & 0xffff).toBe(1)
    const passedMs = ((after.readUInt32BE(4) - before.readUInt32BE(4)) >>> 0) / 8
    expect(passedMs).toBeGreaterThan(300)
    expect(passedMs).toBeLessThan(700)
    expect((after[1] ?? 0) & 0x80).toBe(0x80)
  })

  it('goes on in sequence when a tap comes and goes, with the digits that were asked for', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, telephoneEventPayloadType: 101 })
    for (const tap of [() => {}, undefined, () => {}, undefined]) {
      const count = far.packets.length
      await until(() => far.packets.length >= count + 4, 'packets')
      at.port.dtmf(stream.handle, '12', 40, 20)
      at.port.tap = tap
    }
    const isEnd = (bytes: Buffer) => (bytes[1] ?? 0) % 128 === 101 && ((bytes[13] ?? 0) & 0x80) !== 0
    const digits = () => new Set(far.packets.filter(isEnd).map((bytes) => bytes.readUInt32BE(4))).size
    await until(() => digits() === 8, 'eight digits')
    const [first, ...others] = far.packets
    for (const [index, bytes] of others.entries()) {
      expect((bytes.readUInt16BE(2) - (first?.readUInt16BE(2) ?? 0)) & 0xffff).toBe(index + 1)
    }
  })

  it('carries marks that name the sender, from the first packet on', async () => {
    const [a, b] = await openPair({ sender: 77 }, { listening: 1 })
    const marks = () => at.port.report(b.handle).hearing.voices.find(({ sender }) => sender === 77)?.marks ?? 0
    await until(() => marks() >= 2, 'two marks')
    const { hearing, firstPacketMs } = at.port.report(b.handle)
    expect(hearing.voices).toHaveLength(1)
    expect(hearing.voices[0]?.firstMs).toBeLessThan((firstPacketMs ?? 0) + 1500)
    const said = at.port.remove(a.handle).hearing
    expect(said).toMatchObject({ sender: 77 })
    expect(said.marksSent).toBeGreaterThanOrEqual(2)
    expect((said.spokenToMs ?? 0) - (said.spokenFromMs ?? 0)).toBeGreaterThan(1500)
  })

  it('changes codec, payload type and packet time while it runs', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address, source: { kind: 'silence' } })
    await until(() => far.packets.length >= 2, 'packets before')
    at.port.update(stream.handle, { codec: 'PCMA', payloadType: 97, ptimeMs: 40 })
    const count = far.packets.length
    await until(() => far.packets.length >= count + 3, 'packets after')
    const last = far.packets.at(-1)
    expect([last?.length, (last?.[1] ?? 0) & 0x7f, last?.[100]]).toEqual([12 + 320, 97, 0xd5])
  })

  it.each([
    ['opus', 111, 20, 960],
    ['opus', 111, 60, 2880],
    ['G722', 9, 20, 160],
    ['G722', 9, 30, 240],
  ] as const)('counts timestamps of %s at the clock rate of RTP', async (codec, payloadType, ptimeMs, units) => {
    const far = await peer()
    await open({ remote: far.address, codec, payloadType, ptimeMs })
    await until(() => far.packets.length >= 6, 'six packets')
    const [first, ...others] = far.packets
    for (const [index, bytes] of others.entries()) {
      const distance = (bytes.readUInt32BE(4) - (first?.readUInt32BE(4) ?? 0)) >>> 0
      expect(distance % units).toBe(0)
      expect(distance / units).toBeGreaterThan(index)
    }
  })

  it('sends packets of the sizes that the codec makes, unharmed', async () => {
    const [a, b] = await openPair({ codec: 'opus', payloadType: 111 }, { codec: 'opus', payloadType: 111 })
    const [sent, heard] = [[] as string[], [] as string[]]
    at.port.tap = (handle, direction, protocol, bytes) => {
      if (protocol !== 'rtp') return
      const text = Buffer.from(bytes).toString('hex')
      if (direction === 'sent' && handle === a.handle) sent.push(text)
      if (direction === 'received' && handle === b.handle) heard.push(text)
    }
    await until(() => heard.length > 30, 'packets')
    const unharmed = heard.slice(1)
    // A thread that sends shows its packets a moment later.
    await until(() => sent.includes(unharmed.at(-1) ?? ''), 'the last of them as it was sent')
    at.port.tap = undefined
    expect(new Set(unharmed.map((text) => text.length)).size).toBeGreaterThan(5)
    expect(sent.join(' ')).toContain(unharmed.join(' '))
  })

  it('begins another source when the clock rate changes, and says goodbye for the one before (RFC 7160 4.1)', async () => {
    await makePort(8, 5000)
    const [far, rtcp] = [await peer(), await peer()]
    const stream = await open({ remote: far.address, rtcpRemote: rtcp.address, ssrc: 0x11_22_33_44 })
    await until(() => far.packets.length >= 3, 'packets before')
    at.port.update(stream.handle, { codec: 'opus', payloadType: 111 })
    const count = far.packets.length
    await until(() => far.packets.length >= count + 4, 'packets after')
    const after = far.packets.slice(-3)
    const ssrcs = new Set(after.map((bytes) => bytes.readUInt32BE(8)))
    expect(ssrcs.size).toBe(1)
    expect(ssrcs).not.toContain(0x11_22_33_44)
    await until(() => rtcp.packets.some((bytes) => bytes.includes(bye(0x11_22_33_44))), 'a BYE')
    at.port.update(stream.handle, { codec: 'opus', payloadType: 96 })
    const same = far.packets.length
    await until(() => far.packets.length >= same + 4, 'packets of the same clock rate')
    expect(ssrcs).toContain(far.packets.at(-1)?.readUInt32BE(8))
  })

  describe('keeps the statistics of a call right when in mid-call', () => {
    const formats = [
      { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
      { payloadType: 111, encoding: 'opus', clockRate: 48_000 },
    ] as const

    it('the codec changes to another clock rate: neither loss nor jitter nor a gap', async () => {
      const [a, b] = await openPair({ received: formats }, { received: formats })
      await until(() => received(b.handle) > 15, 'packets of the first codec')
      at.port.update(a.handle, { codec: 'opus', payloadType: 111 })
      const before = received(b.handle)
      await until(() => received(b.handle) > before + 20, 'packets of the second')
      const report = at.port.report(b.handle)
      expect(report).toMatchObject({ packetsLost: 0, packetsReordered: 0, packetsDuplicated: 0 })
      expect(report.jitterMaxMs).toBeLessThan(100)
      expect(report.longestGapMs).toBeLessThan(250)
    })

    it('the far side moves to another address: the sequence goes on there, and packets from there are taken', async () => {
      const [far, next] = [await peer(), await peer()]
      const stream = await open({ remote: far.address, unexpectedSource: 'reject' })
      far.send(rtpPacket({ sequence: 1, timestamp: 160, ssrc: 5 }), stream.local)
      await until(() => far.packets.length > 3 && received(stream.handle) === 1, 'packets before')
      at.port.update(stream.handle, { remote: next.address })
      next.send(rtpPacket({ sequence: 2, timestamp: 320, ssrc: 5 }), stream.local)
      await until(() => next.packets.length > 3 && received(stream.handle) === 2, 'packets after')
      const [last, first] = [far.packets.at(-1), next.packets[0]]
      expect(((first?.readUInt16BE(2) ?? 0) - (last?.readUInt16BE(2) ?? 0)) & 0xffff).toBe(1)
      expect(at.port.report(stream.handle)).toMatchObject({ packetsLost: 0, packetsExpected: 2 })
    })

    it('it is held and resumed: what was not sent is not lost', async () => {
      const [a, b] = await openPair()
      await until(() => received(b.handle) > 10, 'packets before the hold')
      at.port.update(a.handle, { sending: false })
      at.port.update(b.handle, { receiving: false })
      await sleep(400)
      const held = received(b.handle)
      at.port.update(b.handle, { receiving: true })
      at.port.update(a.handle, { sending: true })
      await until(() => received(b.handle) > held + 10, 'packets after the hold')
      const report = at.port.report(b.handle)
      expect(report.packetsLost).toBe(0)
      expect(report.longestGapMs).toBeLessThan(250)
    })
  })

  it('sends DTMF at the clock rate of the audio (RFC 4733 2.1)', async () => {
    const far = await peer()
    const settings = { codec: 'opus', payloadType: 111, telephoneEventPayloadType: 110 } as const
    const stream = await open({ remote: far.address, ...settings })
    at.port.dtmf(stream.handle, '5', 60, 40)
    const events = () => far.packets.filter((bytes) => ((bytes[1] ?? 0) & 0x7f) === 110)
    await until(() => events().length >= 5, 'five event packets')
    expect(events().map((bytes) => bytes.readUInt16BE(14))).toEqual([960, 1920, 2880, 2880, 2880])
  })

  it.each([
    ['a packet time that cannot be sent', { ptimeMs: 12.5 }],
    ['audio that cannot be read', { source: { kind: 'wav', file: '/nonexistent/other.wav' } }],
  ] as const)('refuses a change to %s and goes on as before', async (_what, change) => {
    const far = await peer()
    const stream = await open({ remote: far.address })
    expect(at.port.update(stream.handle, change)).toMatchObject({ kind: 'update-failure' })
    await until(() => far.packets.length > 3, 'packets as before')
    expect(far.packets.at(-1)?.length).toBe(172)
  })
}
