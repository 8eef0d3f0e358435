import { expect, test } from 'vitest'
import { SentPackets } from '../../src/media/sent-packets.js'

const bytes = 128

/** Writes as native/sent_ring.h says. */
function writerOf({ ring }: SentPackets) {
  const words = new Uint32Array(ring.buffer)
  const view = new DataView(ring.buffer)
  const write = (row: number, atMs: number, packet: Uint8Array) => {
    const start = 64 + ((words[0] ?? 0) % bytes)
    view.setFloat64(start, atMs, true)
    view.setUint32(start + 8, row, true)
    view.setUint32(start + 12, packet.length, true)
    ring.set(packet, start + 16)
    words[0] = ((words[0] ?? 0) + Math.ceil((16 + packet.length) / 16) * 16) >>> 0
  }
  const turn = () => {
    const start = (words[0] ?? 0) % bytes
    view.setUint32(64 + start + 8, 0xffff_ffff, true)
    words[0] = ((words[0] ?? 0) + bytes - start) >>> 0
  }
  return { words, write, turn }
}

test('packets come out in order and whole, round the end of the memory', () => {
  const packets = new SentPackets(bytes)
  const { words, write, turn } = writerOf(packets)
  const seen: unknown[] = []
  const drain = () => packets.drain((row, packet, atMs) => seen.push([row, [...packet], atMs]))
  write(3, 1.5, Uint8Array.of(1, 2, 3))
  drain()
  turn()
  write(
    0,
    2.5,
    Uint8Array.from({ length: 20 }, (_, i) => i),
  )
  write(4, 3.5, Uint8Array.of(9))
  drain()
  drain()
  expect(seen).toEqual([
    [3, [1, 2, 3], 1.5],
    [0, Array.from({ length: 20 }, (_, i) => i), 2.5],
    [4, [9], 3.5],
  ])
  expect(words[1]).toBe(words[0])
  words[2] = 7
  expect(packets.missed).toBe(7)
})

test('one who drains again from within sees no packet twice', () => {
  const packets = new SentPackets(bytes)
  const { write } = writerOf(packets)
  for (const row of [1, 2]) write(row, 0, Uint8Array.of(row))
  const seen: number[] = []
  const see = (row: number) => {
    seen.push(row)
    packets.drain(see)
  }
  packets.drain(see)
  expect(seen).toEqual([1, 2])
})
