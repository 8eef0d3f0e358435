import { describe, expect, it } from 'vitest'
import { writeCompound } from '../../src/media/rtcp/rtcp-writer.js'
import { ssrcOf } from '../../src/media/rtp/rtp-header.js'
import type { StreamSpec } from '../../src/media/stream-port.js'
import type { Address } from '../../src/model/address.js'
import type { StreamKeys } from '../../src/model/srtp.js'
import { rtpPacket } from '../media/packet.js'
import { srtpKeys } from '../media/srtp/fixture.js'
import { type Peer, type StreamPortFixture, sleep, until } from './stream-port-fixture.js'

const above = ({ host, port }: Address): Address => ({ host, port: port + 1 })

/** What streams of every implementation make of a local port that they share. */
export function sharedPortContract(at: StreamPortFixture): void {
  const { open, peer, received, makePort } = at
  const share = (change: Partial<StreamSpec> = {}) => open({ sharesPort: true, sending: false, ...change })
  const unmatched = () => at.port.counters.unmatched
  const packets = (far: Peer, to: Address, ssrc: number, sequences: readonly number[]) => {
    for (const sequence of sequences) far.send(rtpPacket({ sequence, timestamp: sequence * 160, ssrc }), to)
  }

  describe('a shared port', () => {
    it('is the local port of all streams that share it, and of no other', async () => {
      const shared = await Promise.all(Array.from({ length: 5 }, () => share()))
      const own = await open()
      expect(new Set(shared.map(({ local }) => local.port)).size).toBe(1)
      expect(new Set(shared.map(({ handle }) => handle)).size).toBe(5)
      expect(own.local.port).not.toBe(shared[0]?.local.port)
      expect(at.port.counters).toMatchObject({ sharedPorts: 1, streamsOpen: 6 })
    })

    it('gives no two streams the same source', async () => {
      const [first, second] = [await share({ ssrc: 7 }), await share({ ssrc: 7 })]
      expect(first.ssrc).toBe(7)
      expect(second.ssrc).not.toBe(7)
      at.port.remove(first.handle)
      expect((await share({ ssrc: 7 })).ssrc).toBe(7)
    })

    it('carries streams between two shared ports, where only SSRC tells them apart', async () => {
      const pairs = await Promise.all(
        Array.from({ length: 20 }, async () => [
          await share({ sending: true }),
          await share({ localHost: '127.0.0.2', sending: true }),
        ]),
      )
      for (const [a, b] of pairs) {
        if (!a || !b) throw new Error('a pair is missing')
        at.port.update(a.handle, { remote: b.local, remoteSsrcs: [b.ssrc] })
        at.port.update(b.handle, { remote: a.local, remoteSsrcs: [a.ssrc] })
      }
      const all = pairs.flat()
      await until(() => all.every(({ handle }) => received(handle) >= 10), 'ten packets each')
      for (const { handle } of all) at.port.update(handle, { sending: false })
      await sleep(50)
      for (const [a, b] of pairs) {
        if (!a || !b) continue
        expect(at.port.report(b.handle)).toMatchObject({ ssrc: a.ssrc, packetsLost: 0, sourceChanges: 0 })
        expect(received(b.handle)).toBe(at.port.statistics.packetsSent[a.handle])
      }
      expect(at.port.counters).toMatchObject({ sharedPorts: 2, strayPackets: 0, sourcesLearned: 0 })
      expect(unmatched()).toEqual({ 'unknown-source': 0, 'ambiguous-source': 0 })
    })

    it('tells streams apart by address, whatever their SSRC', async () => {
      const fars = [await peer(), await peer(), await peer()]
      const streams = await Promise.all(fars.map(({ address }) => share({ remote: address })))
      for (const [index, far] of fars.entries()) {
        packets(far, streams[0]?.local ?? far.address, 5, [1, 2, 3, 4].slice(0, index + 2))
      }
      await until(() => received(streams[2]?.handle ?? 0) === 4, 'the packets of the last')
      expect(streams.map(({ handle }) => received(handle))).toEqual([2, 3, 4])
      expect(streams.map(({ handle }) => at.port.report(handle).packetsLost)).toEqual([0, 0, 0])
    })

    it('tells streams of one far side apart by the sources that it names', async () => {
      const far = await peer()
      const a = await share({ remote: far.address, remoteSsrcs: [11] })
      const b = await share({ remote: far.address, remoteSsrcs: [12, 13] })
      packets(far, a.local, 11, [1, 2])
      packets(far, a.local, 12, [1, 2, 3])
      packets(far, a.local, 13, [50])
      await until(() => received(b.handle) === 4 && received(a.handle) === 2, 'all packets')
      expect(at.port.report(b.handle)).toMatchObject({ sourceChanges: 1 })
    })

    it('knows a stream by what it was heard to be when a second one has the same far side', async () => {
      const far = await peer()
      const a = await share({ remote: far.address })
      packets(far, a.local, 11, [1, 2])
      await until(() => received(a.handle) === 2, 'packets of the first')
      const b = await share({ remote: far.address })
      packets(far, a.local, 12, [1])
      packets(far, a.local, 11, [3])
      packets(far, a.local, 12, [2])
      await until(() => received(a.handle) === 3 && received(b.handle) === 2, 'packets of both')
      expect(at.port.counters.sourcesLearned).toBe(1)
      at.port.remove(a.handle)
      // By itself again, and whatever source it goes on as.
      packets(far, a.local, 14, [1])
      await sleep(600)
      packets(far, a.local, 14, [2])
      await until(() => received(b.handle) === 4, 'packets of another source')
      expect(at.port.report(b.handle)).toMatchObject({ sourceChanges: 1, packetsLost: 0 })
    })

    it('keeps what comes from a known far side for a call whose description names its source later', async () => {
      const far = await peer()
      const a = await share({ remote: far.address, remoteSsrcs: [11] })
      packets(far, a.local, 11, [1])
      await until(() => received(a.handle) === 1, 'the packet of the first')
      const b = await share()
      packets(far, a.local, 12, [1, 2])
      await sleep(60)
      at.port.update(b.handle, { remote: far.address, remoteSsrcs: [12] })
      packets(far, a.local, 12, [3])
      await until(() => received(b.handle) === 3, 'all packets of the second')
      expect(at.port.report(a.handle)).toMatchObject({ packetsReceived: 1, sourceChanges: 0 })
      expect(at.port.counters.sourcesLearned).toBe(0)
    })

    it('takes a far side that is alone at its address although it sends as another source than it names', async () => {
      const far = await peer()
      const a = await share({ remote: far.address, remoteSsrcs: [11] })
      packets(far, a.local, 12, [1, 2, 3])
      await until(() => received(a.handle) === 3, 'its packets')
      expect(at.port.counters.sourcesLearned).toBe(1)
      // Who names that source has it.
      const b = await share({ remote: far.address, remoteSsrcs: [12] })
      packets(far, a.local, 12, [4])
      await until(() => received(b.handle) === 1, 'the packet of a named source')
      expect(received(a.handle)).toBe(3)
    })

    it('gives packets to none of two streams that nothing tells apart, and says so', async () => {
      const far = await peer()
      const [a, b] = [await share({ remote: far.address }), await share({ remote: far.address })]
      packets(far, a.local, 11, [1, 2, 3])
      await until(() => unmatched()['ambiguous-source'] === 3, 'three packets that are nobody’s')
      expect([received(a.handle), received(b.handle)]).toEqual([0, 0])
      // What their descriptions name tells later.
      at.port.update(b.handle, { remoteSsrcs: [11] })
      packets(far, a.local, 11, [4])
      await until(() => received(b.handle) === 1, 'the packet of a named source')
      expect(received(a.handle)).toBe(0)
    })

    it('knows a named source wherever it sends from', async () => {
      const [said, real] = [await peer(), await peer()]
      const a = await share({ remote: said.address, remoteSsrcs: [11] })
      const b = await share({ remote: (await peer()).address })
      packets(real, a.local, 11, [1, 2])
      await until(() => received(a.handle) === 2, 'packets from elsewhere')
      // Where it was seen to send from tells from now on, when it goes on as another source.
      packets(real, a.local, 99, [1])
      await sleep(600)
      packets(real, a.local, 99, [2])
      await until(() => received(a.handle) === 4, 'packets of another source')
      expect(received(b.handle)).toBe(0)
      expect(at.port.statistics.unexpectedSource[a.handle]).toBe(4)
      expect(at.port.counters).toMatchObject({ sourcesLearned: 2 })
    })

    it('gives what comes from an unknown address to the only stream that waits for its first packet', async () => {
      const [talking, said, real] = [await peer(), await peer(), await peer()]
      const a = await share({ remote: talking.address })
      const b = await share({ remote: said.address })
      packets(talking, a.local, 1, [1])
      await until(() => received(a.handle) === 1, 'the first stream')
      packets(real, a.local, 2, [1, 2, 3])
      await until(() => received(b.handle) === 3, 'packets from elsewhere')
      expect(at.port.statistics.unexpectedSource[b.handle]).toBe(3)
      // Nobody waits any more.
      packets(await peer(), a.local, 3, [1])
      await until(() => unmatched()['unknown-source'] === 1, 'a packet that is nobody’s')
      expect([received(a.handle), received(b.handle)]).toEqual([1, 3])
    })

    it('answers there where the stream is to latch', async () => {
      const [said, real] = [await peer(), await peer()]
      const stream = await share({ remote: said.address, unexpectedSource: 'latch', sending: true })
      packets(real, stream.local, 2, [1])
      await until(() => real.packets.length > 3, 'packets to where it sends from')
      expect(received(stream.handle)).toBe(1)
    })

    it('takes nothing from elsewhere where the stream rejects it', async () => {
      const [said, real] = [await peer(), await peer()]
      const stream = await share({ remote: said.address, unexpectedSource: 'reject' })
      packets(real, stream.local, 2, [1, 2])
      await until(() => at.port.statistics.unexpectedSource[stream.handle] === 2, 'both packets')
      expect(received(stream.handle)).toBe(0)
      expect(at.port.counters.sourcesLearned).toBe(0)
    })

    it('gives what comes from an unknown address to none of two that wait', async () => {
      const streams = [await share({ remote: (await peer()).address }), await share({ remote: (await peer()).address })]
      packets(await peer(), streams[0]?.local ?? { host: '', port: 0 }, 3, [1, 2])
      await until(() => unmatched()['unknown-source'] === 2, 'packets that are nobody’s')
      expect(streams.map(({ handle }) => received(handle))).toEqual([0, 0])
    })

    it('keeps packets that come before the description that tells whose they are', async () => {
      const far = await peer()
      const [a, b] = [await share(), await share()]
      packets(far, a.local, 11, [1, 2, 3])
      await sleep(60)
      expect([received(a.handle), received(b.handle)]).toEqual([0, 0])
      at.port.update(b.handle, { remote: far.address })
      packets(far, a.local, 11, [4])
      await until(() => received(b.handle) === 4, 'packets from before and after')
      expect(at.port.report(b.handle)).toMatchObject({ packetsExpected: 4, packetsReordered: 0 })
      expect(unmatched()['unknown-source']).toBe(0)
    })

    it('gives what a stream that has ended goes on to receive to nobody', async () => {
      const [far, next] = [await peer(), await peer()]
      const ended = await share({ remote: far.address })
      packets(far, ended.local, 11, [1])
      await until(() => received(ended.handle) === 1, 'its packet')
      at.port.remove(ended.handle)
      const waiting = await share({ remote: next.address })
      packets(far, waiting.local, 11, [2, 3])
      await until(() => at.port.counters.strayPackets === 2, 'two stray packets')
      expect(received(waiting.handle)).toBe(0)
      // The same far side in another call: what is left over of the first one is told.
      const again = await share({ remote: far.address })
      packets(far, again.local, 11, [4])
      packets(far, again.local, 12, [900])
      await until(() => received(again.handle) === 1, 'its first packet')
      expect(at.port.statistics.stalePackets[again.handle]).toBe(1)
    })

    it('follows a far side that moves', async () => {
      const [before, after] = [await peer(), await peer()]
      const stream = await share({ remote: before.address })
      packets(before, stream.local, 11, [1])
      await until(() => received(stream.handle) === 1, 'the packet from before')
      at.port.update(stream.handle, { remote: after.address })
      packets(after, stream.local, 11, [2])
      await until(() => received(stream.handle) === 2, 'the packet from after')
      packets(before, stream.local, 11, [3])
      await until(() => at.port.counters.strayPackets === 1, 'a stray packet')
    })

    it('carries RTCP of each stream: by address, by SSRC, and by the source that it was heard to be', async () => {
      await makePort(40)
      const [a, b, c] = [await peer(), await peer(), await peer()]
      const rtcpOnly = await peer()
      const block = (ssrc: number, lost: number) => ({
        ssrc,
        fractionLost: 0,
        cumulativeLost: lost,
        highestSequence: 1,
        jitterUnits: 80,
        lsr: 0,
        dlsr: 0,
      })
      const report = (sender: number, about: number, lost: number) =>
        writeCompound(sender, 'far', undefined, block(about, lost), false)
      const own = await share({ remote: a.address, rtcpRemote: rtcpOnly.address, ssrc: 71 })
      const same = await Promise.all(
        [81, 82].map((ssrc) => share({ remote: b.address, rtcpRemote: b.address, remoteSsrcs: [ssrc - 70], ssrc })),
      )
      const rtcp = above(own.local)
      rtcpOnly.send(report(1, 71, 3), rtcp)
      b.send(report(11, 81, 4), rtcp)
      b.send(report(12, 82, 5), rtcp)
      const lost = (handle: number) => at.port.statistics.remoteLost[handle]
      await until(() => lost(own.handle) === 3, 'the report from a known address')
      await until(() => lost(same[0]?.handle ?? 0) === 4 && lost(same[1]?.handle ?? 0) === 5, 'reports by SSRC')
      packets(a, own.local, 21, [1])
      await until(() => received(own.handle) === 1, 'its packet')
      const d = await peer()
      const quiet = await share({ remote: d.address, ssrc: 91 })
      packets(d, own.local, 31, [1])
      await until(() => received(quiet.handle) === 1, 'the packet of another')
      c.send(report(31, 91, 6), rtcp)
      await until(() => lost(quiet.handle) === 6, 'the report of a source that was heard')
      // RFC 5761: to the RTP port.
      a.send(report(21, 71, 7), own.local)
      await until(() => lost(own.handle) === 7, 'the report to the RTP port')
      c.send(report(99, 71, 8), rtcp)
      await until(() => unmatched()['unknown-source'] === 1, 'the report of nobody')
      expect(lost(own.handle)).toBe(7)
    })

    it('carries SRTP, under the keys of each stream', async () => {
      const keys = (seed: number) => srtpKeys('AES_CM_128_HMAC_SHA1_80', seed)
      const under = (send: number, receive: number): StreamKeys => ({ send: keys(send), receive: [keys(receive)] })
      const a = await share({ sending: true, keys: under(1, 2) })
      const b = await share({ localHost: '127.0.0.2', sending: true, keys: under(2, 1) })
      const other = await share({ localHost: '127.0.0.2', remote: a.local, keys: under(3, 3) })
      at.port.update(a.handle, { remote: b.local, remoteSsrcs: [b.ssrc] })
      at.port.update(b.handle, { remote: a.local, remoteSsrcs: [a.ssrc] })
      await until(() => received(a.handle) > 5 && received(b.handle) > 5, 'packets both ways')
      expect(at.port.counters.srtpFailures).toEqual({})
      expect(received(other.handle)).toBe(0)
    })

    it('shows the packets of each stream to the tap as its own', async () => {
      const seen = new Map<number, number>()
      at.port.tap = (handle, direction, _protocol, bytes) => {
        if (direction === 'received') seen.set(handle, ssrcOf(bytes))
      }
      const fars = [await peer(), await peer()]
      const streams = await Promise.all(fars.map(({ address }) => share({ remote: address })))
      for (const [index, far] of fars.entries()) packets(far, streams[index]?.local ?? far.address, 40 + index, [1, 2])
      await until(() => streams.every(({ handle }) => received(handle) === 2) && seen.size === 2, 'all packets')
      expect(streams.map(({ handle }) => seen.get(handle))).toEqual([40, 41])
    })

    it('is not moved by hostile packets', async () => {
      const [far, attacker] = [await peer(), await peer()]
      const streams = await Promise.all(
        [11, 12].map((ssrc) => share({ remote: far.address, remoteSsrcs: [ssrc], sending: false })),
      )
      const waiting = [await share({ remote: (await peer()).address }), await share({ remote: (await peer()).address })]
      const to = streams[0]?.local ?? far.address
      for (let round = 0; round < 50; round++) {
        packets(attacker, to, 100_000 + round, [round])
        attacker.send(Buffer.alloc(round, 0x80), to)
        attacker.send(Buffer.of(0x80, 200, 0, 1, 0, 0, 0, round), to)
        attacker.send(Buffer.alloc(round, 0xff), above(to))
        packets(far, to, 500 + round, [round])
        packets(far, to, 11, [round])
        packets(far, to, 12, [round])
        await sleep(1)
      }
      await until(() => streams.every(({ handle }) => received(handle) === 50), 'what belongs to them')
      for (const { handle } of streams) {
        expect(at.port.report(handle)).toMatchObject({ packetsLost: 0, sourceChanges: 0, packetsReordered: 0 })
      }
      await until(() => unmatched()['ambiguous-source'] === 50, 'packets of unnamed sources of a known far side')
      await until(() => unmatched()['unknown-source'] >= 50, 'packets of nobody')
      expect(waiting.map(({ handle }) => received(handle))).toEqual([0, 0])
      expect(at.port.counters.sourcesLearned).toBe(0)
    })
  })
}
