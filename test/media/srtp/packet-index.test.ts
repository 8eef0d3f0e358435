import { describe, expect, it } from 'vitest'
import { PacketIndex } from '../../../src/media/srtp/packet-index.js'

describe('the rollover counter (RFC 3711 3.3.1)', () => {
  it.each([
    ['the first packet is in the first round, however high', [65_535], [0]],
    ['it grows when the sequence number wraps', [65_534, 65_535, 0, 1], [0, 0, 1, 1]],
    ['a straggler from before the wrap belongs to the round before', [65_535, 1, 65_534, 2], [0, 1, 0, 1]],
    ['packets lost around the wrap change nothing', [65_000, 500], [0, 1]],
    ['it waits for a packet less than half a round ahead', [1, 32_769, 65_535, 32_766], [0, 0, 0, 1]],
    ['a late packet within a round is of that round', [40_000, 39_990, 40_001], [0, 0, 0]],
    ['it goes on through many rounds', [60_000, 20_000, 50_000, 10_000, 40_000, 100], [0, 1, 1, 2, 2, 3]],
    ['before the first round there is none: modulo 2^32', [2, 65_535], [0, 0xffff_ffff]],
  ])('%s', (_, sequences, expected) => {
    const index = new PacketIndex()
    const rounds = sequences.map((sequence) => {
      const rollover = index.rolloverOf(sequence)
      index.advance(rollover, sequence)
      return rollover
    })
    expect(rounds).toEqual(expected)
  })

  it('does not move for a packet that was not authentic', () => {
    const index = new PacketIndex()
    index.advance(0, 65_000)
    expect(index.rolloverOf(100)).toBe(1)
    expect(index.rolloverOf(65_001)).toBe(0)
  })
})
