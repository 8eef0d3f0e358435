import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import {
  markSymbols,
  momentModulus,
  momentOf,
  momentOfWord,
  senderLimit,
  senderOf,
  symbolMs,
  symbolOf,
  syncPositions,
  syncTones,
  toneCount,
  toneHz,
  wordPositions,
  writeMark,
} from '../../../src/media/mark/mark-format.js'

function read(tones: Uint8Array) {
  const word = Uint8Array.from(wordPositions, (position, index) => symbolOf(index, tones[position] ?? 0))
  return { sender: senderOf(word), moment: momentOfWord(word) }
}

describe('the mark', () => {
  it.each([
    [0, 0],
    [1, 1],
    [senderLimit - 1, momentModulus - 1],
    [0x123456, 0xabc],
  ])('of sender %i at %i says both', (sender, moment) => {
    const tones = new Uint8Array(markSymbols)
    writeMark(tones, sender, moment)
    expect(read(tones)).toEqual({ sender, moment })
    expect(syncPositions.map((position) => tones[position])).toEqual([...syncTones])
  })

  it('tells wall-clock milliseconds of any size, whole, modulo 4096', () => {
    expect(momentOf(1_790_000_000_123)).toBe(1_790_000_000_123 % 4096)
    expect(momentOf(4095.6)).toBe(0)
    expect(momentOf(-1)).toBe(4095)
  })

  it('stays within the band of a telephone, each tone with whole cycles in its 40 ms', () => {
    for (let tone = 0; tone < toneCount; tone++) {
      expect(toneHz(tone)).toBeGreaterThan(300)
      expect(toneHz(tone)).toBeLessThan(3400)
      expect(Number.isInteger((toneHz(tone) * symbolMs) / 1000)).toBe(true)
    }
  })

  it('holds no tone for longer than 200 ms, whoever sends: fax and modem detectors wait for longer ones', () => {
    const rng = new Rng(1, 'runs')
    const tones = new Uint8Array(markSymbols)
    const senders = [0, 1, 2, senderLimit - 1, ...Array.from({ length: 5000 }, () => rng.integer(0, senderLimit - 1))]
    for (const sender of senders) {
      writeMark(tones, sender, rng.integer(0, momentModulus - 1))
      let run = 1
      for (let position = 1; position < markSymbols; position++) {
        run = tones[position] === tones[position - 1] ? run + 1 : 1
        expect(run).toBeLessThanOrEqual(5)
      }
    }
  })
})
