import { describe, expect, it } from 'vitest'
import { type HeldPacket, HeldPackets } from '../../../src/media/shared/held-packets.js'

const from = { address: '192.0.2.1', port: 4000, family: 'IPv4' as const, size: 0 }
const packet = (ssrc: number, atMs: number, bytes = Uint8Array.of(ssrc & 255)): HeldPacket => ({
  protocol: 'rtp',
  bytes,
  from,
  atMs,
  ssrc,
  why: 'unknown-source',
})

describe('HeldPackets', () => {
  it('gives back what is wanted, as it came and in order', () => {
    const held = new HeldPackets(() => {})
    const bytes = Uint8Array.of(1)
    held.push(packet(1, 0, bytes), 0)
    held.push(packet(2, 1), 1)
    held.push(packet(1, 2, Uint8Array.of(3)), 2)
    // Memory of the ring that is used again.
    bytes[0] = 9
    expect(held.take(({ ssrc }) => ssrc === 1).map((each) => [each.atMs, each.bytes[0]])).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(held.take(() => true)).toHaveLength(1)
    expect(held.isEmpty).toBe(true)
  })

  it('gives up what has waited for a second since it was read', () => {
    const lost: unknown[] = []
    const held = new HeldPackets(({ ssrc }) => lost.push(ssrc))
    held.push(packet(1, -900), 0)
    held.push(packet(2, 500), 500)
    held.expire(999)
    expect(lost).toEqual([])
    held.push(packet(3, 1000), 1000)
    expect(lost).toEqual([1])
    held.expire(1600)
    expect(lost).toEqual([1, 2])
  })

  it('holds no more than a crowd of calls needs', () => {
    const lost: unknown[] = []
    const held = new HeldPackets(({ ssrc }) => lost.push(ssrc))
    for (let ssrc = 0; ssrc < 2136; ssrc++) held.push(packet(ssrc, 0), 0)
    expect(lost).toEqual(Array.from({ length: 88 }, (_, ssrc) => ssrc))
  })
})
