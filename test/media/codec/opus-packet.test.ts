import { describe, expect, it } from 'vitest'
import { joinFrames, packetMs } from '../../../src/media/codec/opus-packet.js'

const packet = (length: number, fill: number) => Uint8Array.of(0xf0, ...new Uint8Array(length).fill(fill))

function join(...packets: Uint8Array[]): Uint8Array {
  const into = new Uint8Array(4096)
  return into.slice(0, joinFrames(packets, into))
}

describe('joinFrames (RFC 6716 3.2.5)', () => {
  it('writes the shared TOC byte with code 3, the count, all lengths but the last, and the frames', () => {
    expect([...join(packet(2, 1), packet(3, 2), packet(1, 3))]).toEqual([0xf3, 0x83, 2, 3, 1, 1, 2, 2, 2, 3])
  })

  it.each([
    [251, [251]],
    [252, [252, 0]],
    [253, [253, 0]],
    [255, [255, 0]],
    [256, [252, 1]],
    [1275, [255, 255]],
  ])('writes a length of %i as RFC 6716 3.2.1 says', (length, bytes) => {
    const joined = join(packet(length, 1), packet(1, 2))
    expect([...joined.subarray(2, 2 + bytes.length)]).toEqual(bytes)
    const [first = 0, second = 0] = bytes
    expect(first < 252 ? first : second * 4 + first).toBe(length)
  })

  it('writes a frame of no bytes, which is one that was not sent', () => {
    expect([...join(packet(0, 0), packet(1, 9))]).toEqual([0xf3, 0x82, 0, 9])
  })
})

describe('packetMs (RFC 6716 3.1)', () => {
  it.each([
    ['SILK of 60 ms', [0x58], 60],
    ['hybrid of 20 ms', [0x78], 20],
    ['CELT of 2.5 ms', [0x80], 2.5],
    ['two frames of 10 ms', [0xf1, 0], 20],
    ['five frames of 10 ms', [0xf3, 0x85], 50],
    ['none', [], 0],
    ['no count', [0xf3], 0],
  ])('%s', (_what, bytes, ms) => {
    expect(packetMs(Uint8Array.from(bytes))).toBe(ms)
  })
})
