import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/base/clock.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { writeCompound } from '../../src/media/rtcp/rtcp-writer.js'
import type { OpenedStream, StreamPort, StreamSpec } from '../../src/media/stream-port.js'
import type { Address } from '../../src/model/address.js'
import { rtpPacket } from '../media/packet.js'
import { freePortRange } from '../peers/free-port.js'

export interface StreamPortOptions {
  readonly clock: Clock
  readonly ports: { readonly firstPort: number; readonly lastPort: number }
  readonly rtcpIntervalMs: number
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until `done` holds; fails after five seconds. */
async function until(done: () => boolean, what: string): Promise<void> {
  for (let left = 1000; left > 0; left--) {
    if (done()) return
    await sleep(5)
  }
  throw new Error(`waited in vain: ${what}`)
}

/** A far side that is nothing but a socket. */
class Peer {
  readonly socket: Socket
  readonly packets: Buffer[] = []
  constructor(host: string) {
    this.socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    this.socket.on('message', (bytes) => this.packets.push(bytes))
  }
  static async bind(host = '127.0.0.1'): Promise<Peer> {
    const peer = new Peer(host)
    await new Promise<void>((resolve) => peer.socket.bind(0, host, resolve))
    return peer
  }
  get address(): Address {
    const { address, port } = this.socket.address()
    return { host: address, port }
  }
  send(bytes: Uint8Array, to: Address): void {
    this.socket.send(bytes, to.port, to.host)
  }
  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }
}

/** What every implementation of the port of streams must do. */
export function streamPortContract(name: string, create: (options: StreamPortOptions) => StreamPort) {
  describe(`${name}: port of streams`, () => {
    const clock = new WheelClock()
    let port: StreamPort
    let peers: Peer[] = []
    let nextSsrc = 1
    let firstPort = 0

    /** Another port than the one made before the test, with so many local ports. */
    const makePort = async (portCount: number, rtcpIntervalMs = 0) => {
      await port?.close()
      firstPort = await freePortRange(portCount)
      port = create({ clock, ports: { firstPort, lastPort: firstPort + portCount - 1 }, rtcpIntervalMs })
    }
    const spec = (change: Partial<StreamSpec> = {}): StreamSpec => ({
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
    const open = async (change: Partial<StreamSpec> = {}): Promise<OpenedStream> => {
      const result = await port.open(spec(change))
      if (result.kind !== 'opened') throw new Error(result.text)
      return result
    }
    /** Two streams that know each other. */
    const openPair = async (a: Partial<StreamSpec> = {}, b: Partial<StreamSpec> = {}) => {
      const [first, second] = [await open(a), await open(b)]
      port.update(first.handle, { remote: second.local })
      port.update(second.handle, { remote: first.local })
      return [first, second] as const
    }
    const peer = async (host?: string) => {
      const made = await Peer.bind(host)
      peers.push(made)
      return made
    }
    /** The BYE of one source (RFC 3550 6.6). */
    const bye = (ssrc: number) => {
      const bytes = Buffer.of(0x81, 203, 0, 1, 0, 0, 0, 0)
      bytes.writeUInt32BE(ssrc, 4)
      return bytes
    }
    const received = (handle: number) => port.statistics.packetsReceived[handle] ?? 0

    beforeEach(() => makePort(120))
    afterEach(async () => {
      await port.close()
      await Promise.all(peers.map((made) => made.close()))
      peers = []
    })

    it('gives every stream an even local port and the next for RTCP', async () => {
      const opened = await Promise.all(Array.from({ length: 10 }, () => open()))
      const ports = opened.map((stream) => stream.local.port)
      expect(new Set(ports).size).toBe(10)
      expect(new Set(opened.map((stream) => stream.handle)).size).toBe(10)
      for (const each of ports) expect(each % 2).toBe(0)
      expect(port.counters.streamsOpen).toBe(10)
    })

    it('passes over ports that others hold, the RTCP port of a pair included', async () => {
      const holders = await Promise.all(
        [0, 3].map(async (offset) => {
          const socket = createSocket('udp4')
          await new Promise<void>((resolve) => socket.bind(firstPort + offset, '127.0.0.1', resolve))
          return socket
        }),
      )
      expect((await open()).local.port).toBe(firstPort + 4)
      for (const socket of holders) socket.close()
    })

    it('says so when no port is left', async () => {
      await makePort(4)
      await open()
      await open()
      expect(await port.open(spec())).toMatchObject({ kind: 'open-failure' })
    })

    it('says so when the address is not ours', async () => {
      expect(await port.open(spec({ localHost: '192.0.2.77' }))).toMatchObject({ kind: 'open-failure' })
    })

    it('says so when the audio cannot be read', async () => {
      const source = { kind: 'wav', file: '/nonexistent/audio.wav' } as const
      expect(await port.open(spec({ source }))).toMatchObject({ kind: 'open-failure' })
    })

    it('binds ports ahead of need', async () => {
      expect(await port.prepare('127.0.0.1', 12)).toBe(12)
      const opened = await Promise.all(Array.from({ length: 12 }, () => open()))
      expect(Math.max(...opened.map((stream) => stream.local.port))).toBe(firstPort + 22)
    })

    it('sends and receives 50 packets a second both ways without loss', async () => {
      const [a, b] = await openPair()
      await sleep(1000)
      for (const stream of [a, b]) {
        const report = port.remove(stream.handle)
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
      port.update(silent.handle, { sending: true })
      await until(() => far.packets.length > 5, 'packets after sending is on')
      port.update(silent.handle, { sending: false })
      await until(() => (port.statistics.packetsSent[later.handle] ?? 0) > 2, 'packets after the start')
      expect(port.statistics.packetsSent[unknown.handle]).toBe(0)
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
      port.update(stream.handle, { sending: false })
      await sleep(50)
      const before = far.packets.at(-1)
      const count = far.packets.length
      await sleep(300)
      expect(far.packets.length).toBe(count)
      port.update(stream.handle, { sending: true })
      await until(() => far.packets.length > count, 'packets after the pause')
      const after = far.packets[count]
      if (!before || !after) throw new Error('no packet')
      expect((after.readUInt16BE(2) - before.readUInt16BE(2)) & 0xffff).toBe(1)
      const passedMs = ((after.readUInt32BE(4) - before.readUInt32BE(4)) >>> 0) / 8
      expect(passedMs).toBeGreaterThan(300)
      expect(passedMs).toBeLessThan(700)
      expect((after[1] ?? 0) & 0x80).toBe(0x80)
    })

    it('changes codec, payload type and packet time while it runs', async () => {
      const far = await peer()
      const stream = await open({ remote: far.address, source: { kind: 'silence' } })
      await until(() => far.packets.length >= 2, 'packets before')
      port.update(stream.handle, { codec: 'PCMA', payloadType: 97, ptimeMs: 40 })
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
      port.tap = (handle, direction, protocol, bytes) => {
        if (protocol !== 'rtp') return
        const text = Buffer.from(bytes).toString('hex')
        if (direction === 'sent' && handle === a.handle) sent.push(text)
        if (direction === 'received' && handle === b.handle) heard.push(text)
      }
      await until(() => heard.length > 30, 'packets')
      port.tap = undefined
      expect(new Set(heard.map((text) => text.length)).size).toBeGreaterThan(5)
      expect(sent.join(' ')).toContain(heard.slice(1).join(' '))
    })

    it('begins another source when the clock rate changes, and says goodbye for the one before (RFC 7160 4.1)', async () => {
      await makePort(8, 5000)
      const [far, rtcp] = [await peer(), await peer()]
      const stream = await open({ remote: far.address, rtcpRemote: rtcp.address, ssrc: 0x11_22_33_44 })
      await until(() => far.packets.length >= 3, 'packets before')
      port.update(stream.handle, { codec: 'opus', payloadType: 111 })
      const count = far.packets.length
      await until(() => far.packets.length >= count + 4, 'packets after')
      const after = far.packets.slice(-3)
      const ssrcs = new Set(after.map((bytes) => bytes.readUInt32BE(8)))
      expect(ssrcs.size).toBe(1)
      expect(ssrcs).not.toContain(0x11_22_33_44)
      await until(() => rtcp.packets.some((bytes) => bytes.includes(bye(0x11_22_33_44))), 'a BYE')
      port.update(stream.handle, { codec: 'opus', payloadType: 96 })
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
        port.update(a.handle, { codec: 'opus', payloadType: 111 })
        const before = received(b.handle)
        await until(() => received(b.handle) > before + 20, 'packets of the second')
        const report = port.report(b.handle)
        expect(report).toMatchObject({ packetsLost: 0, packetsReordered: 0, packetsDuplicated: 0 })
        expect(report.jitterMaxMs).toBeLessThan(100)
        expect(report.longestGapMs).toBeLessThan(250)
      })

      it('the far side moves to another address: the sequence goes on there, and packets from there are taken', async () => {
        const [far, next] = [await peer(), await peer()]
        const stream = await open({ remote: far.address, unexpectedSource: 'reject' })
        far.send(rtpPacket({ sequence: 1, timestamp: 160, ssrc: 5 }), stream.local)
        await until(() => far.packets.length > 3 && received(stream.handle) === 1, 'packets before')
        port.update(stream.handle, { remote: next.address })
        next.send(rtpPacket({ sequence: 2, timestamp: 320, ssrc: 5 }), stream.local)
        await until(() => next.packets.length > 3 && received(stream.handle) === 2, 'packets after')
        const [last, first] = [far.packets.at(-1), next.packets[0]]
        expect(((first?.readUInt16BE(2) ?? 0) - (last?.readUInt16BE(2) ?? 0)) & 0xffff).toBe(1)
        expect(port.report(stream.handle)).toMatchObject({ packetsLost: 0, packetsExpected: 2 })
      })

      it('it is held and resumed: what was not sent is not lost', async () => {
        const [a, b] = await openPair()
        await until(() => received(b.handle) > 10, 'packets before the hold')
        port.update(a.handle, { sending: false })
        port.update(b.handle, { receiving: false })
        await sleep(400)
        const held = received(b.handle)
        port.update(b.handle, { receiving: true })
        port.update(a.handle, { sending: true })
        await until(() => received(b.handle) > held + 10, 'packets after the hold')
        const report = port.report(b.handle)
        expect(report.packetsLost).toBe(0)
        expect(report.longestGapMs).toBeLessThan(250)
      })
    })

    it('sends DTMF at the clock rate of the audio (RFC 4733 2.1)', async () => {
      const far = await peer()
      const settings = { codec: 'opus', payloadType: 111, telephoneEventPayloadType: 110 } as const
      const stream = await open({ remote: far.address, ...settings })
      port.dtmf(stream.handle, '5', 60, 40)
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
      expect(port.update(stream.handle, change)).toMatchObject({ kind: 'update-failure' })
      await until(() => far.packets.length > 3, 'packets as before')
      expect(far.packets.at(-1)?.length).toBe(172)
    })

    it('counts losses, duplicates and reordering exactly', async () => {
      const far = await peer()
      const stream = await open({ remote: far.address, sending: false })
      for (const sequence of [65_530, 65_531, 65_533, 65_532, 65_533, 65_535, 2, 1, 3]) {
        far.send(rtpPacket({ sequence, timestamp: sequence * 160, ssrc: 5 }), stream.local)
      }
      await until(() => received(stream.handle) >= 8, 'eight packets')
      expect(port.report(stream.handle)).toMatchObject({
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
      await until(() => (port.statistics.malformed[stream.handle] ?? 0) >= 5, 'five malformed packets')
      expect(port.counters.malformed).toEqual({
        'rtp/too-short': 1,
        'rtp/bad-version': 2,
        'rtcp/too-short': 2,
      })
      expect(port.report(stream.handle)).toMatchObject({ packetsReceived: 0, firstPacketMs: undefined })
    })

    it.each([
      ['take', 1, 1],
      ['reject', 0, 1],
      ['latch', 1, 1],
    ] as const)(
      'a packet from elsewhere is counted, and by %s %i of it received',
      async (policy, taken, unexpected) => {
        const [far, other] = [await peer(), await peer()]
        const stream = await open({ remote: far.address, unexpectedSource: policy })
        other.send(rtpPacket({ sequence: 1 }), stream.local)
        await until(() => port.statistics.unexpectedSource[stream.handle] === unexpected, 'the unexpected packet')
        expect(received(stream.handle)).toBe(taken)
        other.packets.length = 0
        far.packets.length = 0
        const answered = policy === 'latch' ? other : far
        await until(() => answered.packets.length > 3, 'packets to where they belong')
      },
    )

    it('carries DTMF, each digit once', async () => {
      const [a, b] = await openPair({ telephoneEventPayloadType: 101 }, { telephoneEventPayloadType: 101 })
      expect(port.dtmf(a.handle, '12#', 60, 40)).toBe(true)
      await until(() => port.statistics.dtmfDigits[b.handle] === 3, 'three digits')
      expect(port.dtmfReceived(b.handle)).toBe('12#')
      expect(port.remove(b.handle).dtmfReceived).toBe('12#')
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
      port.dtmf(a.handle, '7', 40, 40)
      port.dtmf(b.handle, '8', 40, 40)
      await until(() => port.dtmfReceived(a.handle) === '8' && port.dtmfReceived(b.handle) === '7', 'both digits')
    })

    it('sends no DTMF where none was agreed', async () => {
      const stream = await open()
      expect(port.dtmf(stream.handle, '1', 100, 50)).toBe(false)
    })

    it('measures round trips by RTCP, reports loss back, and says goodbye', async () => {
      await makePort(8, 60)
      const far = await peer()
      const [a, b] = await openPair()
      await until(() => (port.statistics.roundTrips[a.handle] ?? 0) >= 2, 'two round trips')
      const report = port.report(a.handle)
      for (const tripMs of report.roundTripsMs) expect(tripMs).toBeLessThan(100)
      expect(report.remoteLost).toBe(0)
      expect(report.remoteJitterMs).toBeLessThan(50)
      port.update(b.handle, { rtcpRemote: far.address })
      port.remove(b.handle)
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
      await until(() => port.statistics.remoteLost[stream.handle] === 9, 'the report')
      expect(port.report(stream.handle)).toMatchObject({ packetsReceived: 0, remoteLost: 9, remoteJitterMs: 10 })
    })

    it('counts losses before the answer as losses at the start', async () => {
      const far = await peer()
      const stream = await open({ remote: far.address, sending: false })
      for (const sequence of [1, 5]) far.send(rtpPacket({ sequence }), stream.local)
      await until(() => received(stream.handle) === 2, 'packets before the answer')
      port.markAnswered(stream.handle, clock.nowMs())
      for (const sequence of [7, 9]) far.send(rtpPacket({ sequence }), stream.local)
      await until(() => received(stream.handle) === 4, 'packets after the answer')
      expect(port.report(stream.handle)).toMatchObject({ packetsLostAtStart: 4, packetsLost: 5 })
    })

    it('takes a hold for no gap', async () => {
      const far = await peer()
      const stream = await open({ remote: far.address, sending: false })
      far.send(rtpPacket({ sequence: 1 }), stream.local)
      await until(() => received(stream.handle) === 1, 'the packet before')
      port.update(stream.handle, { receiving: false })
      await sleep(250)
      port.update(stream.handle, { receiving: true })
      for (const sequence of [2, 3]) far.send(rtpPacket({ sequence }), stream.local)
      await until(() => received(stream.handle) === 3, 'the packets after')
      expect(port.report(stream.handle).longestGapMs).toBeLessThan(150)
    })

    it('shows every packet to the tap', async () => {
      const seen = { sent: 0, received: 0 }
      port.tap = (_handle, direction, protocol, bytes, atMs) => {
        if (protocol === 'rtp' && bytes.length === 172 && atMs <= clock.nowMs()) seen[direction]++
      }
      const [a, b] = await openPair()
      await until(() => seen.received > 10, 'tapped packets')
      const { packetsSent } = port.statistics
      expect(seen.sent).toBe((packetsSent[a.handle] ?? 0) + (packetsSent[b.handle] ?? 0))
    })

    it('lets a tap remove a stream', async () => {
      const far = await peer()
      const stream = await open({ remote: far.address })
      await open({ remote: far.address })
      port.tap = (handle) => {
        if (handle === stream.handle && port.statistics.active[handle] === 1) port.remove(handle)
      }
      await until(() => port.counters.streamsOpen === 1, 'the removal')
      port.tap = undefined
      const count = far.packets.length
      await until(() => far.packets.length > count + 5, 'packets of the other stream')
    })

    it('gives a removed row to the next stream with fresh numbers, and refuses its old handle until then', async () => {
      const [a, b] = await openPair()
      await until(() => received(a.handle) > 3 && received(b.handle) > 3, 'packets')
      port.remove(a.handle)
      expect(port.statistics.active[a.handle]).toBe(0)
      expect(() => port.report(a.handle)).toThrow('not open')
      const next = await open()
      expect(next.handle).toBe(a.handle)
      expect(next.local.port).not.toBe(a.local.port)
      expect(port.report(next.handle)).toMatchObject({ packetsSent: 0, packetsReceived: 0, jitterMeanMs: undefined })
      await until(() => port.counters.strayPackets > 3, 'packets to the removed stream')
      expect(received(next.handle)).toBe(0)
    })

    it('uses ports again after a rest and takes no packets of the stream before', async () => {
      await makePort(2)
      const far = await peer()
      const first = await open({ remote: far.address, sending: false })
      for (const sequence of [1, 2]) far.send(rtpPacket({ sequence, ssrc: 9 }), first.local)
      await until(() => received(first.handle) === 2, 'packets of the first')
      const removedMs = clock.nowMs()
      port.remove(first.handle)
      const second = await open({ remote: far.address, sending: false })
      expect(second.local.port).toBe(first.local.port)
      expect(clock.nowMs() - removedMs).toBeGreaterThan(950)
      far.send(rtpPacket({ sequence: 50, ssrc: 9 }), second.local)
      far.send(rtpPacket({ sequence: 8, ssrc: 10 }), second.local)
      await until(() => received(second.handle) === 1, 'the packet of the second')
      expect(port.report(second.handle)).toMatchObject({ ssrc: 10, packetsReceived: 1, packetsLost: 0 })
      expect(port.statistics.stalePackets[second.handle]).toBe(1)
    })

    it('takes the same SSRC again when its sequence starts anew', async () => {
      await makePort(2)
      const far = await peer()
      for (const _call of [1, 2]) {
        const stream = await open({ remote: far.address, sending: false })
        for (const sequence of [1, 2, 3]) far.send(rtpPacket({ sequence, ssrc: 9 }), stream.local)
        await until(() => received(stream.handle) === 3, 'three packets')
        port.remove(stream.handle)
      }
    })

    it('speaks IPv6, however the address is written', async () => {
      const far = await peer('::1')
      const stream = await open({
        localHost: '::1',
        remote: { host: '0:0:0:0:0:0:0:1', port: far.address.port },
        unexpectedSource: 'reject',
      })
      far.send(rtpPacket({ sequence: 1 }), stream.local)
      await until(() => far.packets.length > 2 && received(stream.handle) === 1, 'packets both ways')
    })

    it('counts what cannot be sent instead of failing', async () => {
      const stream = await open({ remote: { host: '::1', port: 9 } })
      await until(() => port.counters.sendFailures > 2, 'send failures')
      expect(port.remove(stream.handle).packetsReceived).toBe(0)
    })

    it('opens nothing after close', async () => {
      await port.close()
      expect(await port.open(spec())).toMatchObject({ kind: 'open-failure' })
    })

    it('holds more streams than its first table has rows', async () => {
      await makePort(640)
      await port.prepare('127.0.0.1', 300)
      const opened = await Promise.all(Array.from({ length: 300 }, () => open({ sending: false })))
      const [a, b] = [opened[0], opened[299]]
      if (!a || !b) throw new Error('not opened')
      expect(port.statistics.capacity).toBeGreaterThanOrEqual(300)
      port.update(a.handle, { remote: b.local, sending: true })
      port.update(b.handle, { remote: a.local, sending: true })
      await until(() => received(a.handle) > 2 && received(b.handle) > 2, 'packets both ways')
    })

    it('paces 50 streams without drift, half of the packets within 50 ms of their time on a busy machine', async () => {
      const streams = await Promise.all(Array.from({ length: 25 }, () => openPair()))
      await sleep(300)
      const { packetsSent, sendsSkipped } = port.statistics
      const scheduled = () =>
        streams.flat().map(({ handle }) => (packetsSent[handle] ?? 0) + (sendsSkipped[handle] ?? 0))
      port.sendLag.reset()
      const [before, startMs] = [scheduled(), clock.nowMs()]
      await sleep(1500)
      const [after, endMs] = [scheduled(), clock.nowMs()]
      // What a busy machine delays is sent later or passed over, and never sent twice or forgotten.
      for (const [index, count] of after.entries()) {
        expect(Math.abs(count - (before[index] ?? 0) - (endMs - startMs) / 20)).toBeLessThan(4)
      }
      expect(port.sendLag.shareWithin(50)).toBeGreaterThan(0.5)
    })
  })
}
