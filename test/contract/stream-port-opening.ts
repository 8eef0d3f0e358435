import { createSocket } from 'node:dgram'
import { expect, it } from 'vitest'
import { rtpPacket } from '../media/packet.js'
import { type StreamPortFixture, sleep, until } from './stream-port-fixture.js'

/** How streams of every implementation are opened, observed and removed. */
export function openingContract(at: StreamPortFixture): void {
  const { clock, spec, open, openPair, peer, received, makePort } = at

  it('gives every stream an even local port and the next for RTCP', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => open()))
    const ports = opened.map((stream) => stream.local.port)
    expect(new Set(ports).size).toBe(10)
    expect(new Set(opened.map((stream) => stream.handle)).size).toBe(10)
    for (const each of ports) expect(each % 2).toBe(0)
    expect(at.port.counters.streamsOpen).toBe(10)
  })

  it('passes over ports that others hold, the RTCP port of a pair included', async () => {
    const holders = await Promise.all(
      [0, 3].map(async (offset) => {
        const socket = createSocket('udp4')
        await new Promise<void>((resolve) => socket.bind(at.firstPort + offset, '127.0.0.1', resolve))
        return socket
      }),
    )
    expect((await open()).local.port).toBe(at.firstPort + 4)
    for (const socket of holders) socket.close()
  })

  it('says so when no port is left', async () => {
    await makePort(4)
    await open()
    await open()
    expect(await at.port.open(spec())).toMatchObject({ kind: 'open-failure' })
  })

  it('says so when the address is not ours', async () => {
    expect(await at.port.open(spec({ localHost: '192.0.2.77' }))).toMatchObject({ kind: 'open-failure' })
  })

  it('says so when the audio cannot be read', async () => {
    const source = { kind: 'wav', file: '/nonexistent/audio.wav' } as const
    expect(await at.port.open(spec({ source }))).toMatchObject({ kind: 'open-failure' })
  })

  it('binds ports ahead of need', async () => {
    expect(await at.port.prepare('127.0.0.1', 12)).toBe(12)
    const opened = await Promise.all(Array.from({ length: 12 }, () => open()))
    expect(Math.max(...opened.map((stream) => stream.local.port))).toBe(at.firstPort + 22)
  })

  it('shows every packet to the tap', async () => {
    const seen = { sent: 0, received: 0 }
    at.port.tap = (_handle, direction, protocol, bytes, atMs) => {
      if (protocol === 'rtp' && bytes.length === 172 && atMs <= clock.nowMs()) seen[direction]++
    }
    const [a, b] = await openPair()
    await until(() => seen.received > 10, 'tapped packets')
    for (const { handle } of [a, b]) at.port.update(handle, { sending: false })
    const { packetsSent } = at.port.statistics
    const sent = () => (packetsSent[a.handle] ?? 0) + (packetsSent[b.handle] ?? 0)
    // A thread that sends shows its packets a moment later.
    await until(() => seen.sent >= sent(), 'the last packets')
    expect(seen.sent).toBe(sent())
  })

  it('lets a tap remove a stream', async () => {
    const far = await peer()
    const stream = await open({ remote: far.address })
    await open({ remote: far.address })
    at.port.tap = (handle) => {
      if (handle === stream.handle && at.port.statistics.active[handle] === 1) at.port.remove(handle)
    }
    await until(() => at.port.counters.streamsOpen === 1, 'the removal')
    at.port.tap = undefined
    const count = far.packets.length
    await until(() => far.packets.length > count + 5, 'packets of the other stream')
  })

  it('gives a removed row to the next stream with fresh numbers, and refuses its old handle until then', async () => {
    const [a, b] = await openPair()
    await until(() => received(a.handle) > 3 && received(b.handle) > 3, 'packets')
    at.port.remove(a.handle)
    expect(at.port.statistics.active[a.handle]).toBe(0)
    expect(() => at.port.report(a.handle)).toThrow('not open')
    const next = await open()
    expect(next.handle).toBe(a.handle)
    expect(next.local.port).not.toBe(a.local.port)
    expect(at.port.report(next.handle)).toMatchObject({ packetsSent: 0, packetsReceived: 0, jitterMeanMs: undefined })
    await until(() => at.port.counters.strayPackets > 3, 'packets to the removed stream')
    expect(received(next.handle)).toBe(0)
  })

  it('uses ports again after a rest and takes no packets of the stream before', async () => {
    await makePort(2)
    const far = await peer()
    const first = await open({ remote: far.address, sending: false })
    for (const sequence of [1, 2]) far.send(rtpPacket({ sequence, ssrc: 9 }), first.local)
    await until(() => received(first.handle) === 2, 'packets of the first')
    const removedMs = clock.nowMs()
    at.port.remove(first.handle)
    const second = await open({ remote: far.address, sending: false })
    expect(second.local.port).toBe(first.local.port)
    expect(clock.nowMs() - removedMs).toBeGreaterThan(950)
    far.send(rtpPacket({ sequence: 50, ssrc: 9 }), second.local)
    far.send(rtpPacket({ sequence: 8, ssrc: 10 }), second.local)
    await until(() => received(second.handle) === 1, 'the packet of the second')
    expect(at.port.report(second.handle)).toMatchObject({ ssrc: 10, packetsReceived: 1, packetsLost: 0 })
    expect(at.port.statistics.stalePackets[second.handle]).toBe(1)
  })

  it('takes the same SSRC again when its sequence starts anew', async () => {
    await makePort(2)
    const far = await peer()
    for (const _call of [1, 2]) {
      const stream = await open({ remote: far.address, sending: false })
      for (const sequence of [1, 2, 3]) far.send(rtpPacket({ sequence, ssrc: 9 }), stream.local)
      await until(() => received(stream.handle) === 3, 'three packets')
      at.port.remove(stream.handle)
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
    await until(() => at.port.counters.sendFailures > 2, 'send failures')
    expect(at.port.remove(stream.handle).packetsReceived).toBe(0)
  })

  it('opens nothing after close', async () => {
    await at.port.close()
    expect(await at.port.open(spec())).toMatchObject({ kind: 'open-failure' })
  })

  it('holds more streams than its first table has rows', async () => {
    await makePort(640)
    await at.port.prepare('127.0.0.1', 300)
    const opened = await Promise.all(Array.from({ length: 300 }, () => open({ sending: false })))
    const [a, b] = [opened[0], opened[299]]
    if (!a || !b) throw new Error('not opened')
    expect(at.port.statistics.capacity).toBeGreaterThanOrEqual(300)
    at.port.update(a.handle, { remote: b.local, sending: true })
    at.port.update(b.handle, { remote: a.local, sending: true })
    await until(() => received(a.handle) > 2 && received(b.handle) > 2, 'packets both ways')
  })

  it('paces 50 streams without drift, half of the packets within 50 ms of their time on a busy machine', async () => {
    const streams = await Promise.all(Array.from({ length: 25 }, () => openPair()))
    await sleep(300)
    const { packetsSent, sendsSkipped } = at.port.statistics
    const scheduled = () => streams.flat().map(({ handle }) => (packetsSent[handle] ?? 0) + (sendsSkipped[handle] ?? 0))
    at.port.sendLag.reset()
    const [before, startMs] = [scheduled(), clock.nowMs()]
    await sleep(1500)
    const [after, endMs] = [scheduled(), clock.nowMs()]
    // What a busy machine delays is sent later or passed over, and never sent twice or forgotten.
    for (const [index, count] of after.entries()) {
      expect(Math.abs(count - (before[index] ?? 0) - (endMs - startMs) / 20)).toBeLessThan(4)
    }
    expect(at.port.sendLag.shareWithin(50)).toBeGreaterThan(0.5)
  })
}
