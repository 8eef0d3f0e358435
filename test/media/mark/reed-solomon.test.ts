import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { correctWord, dataLength, encodeWord, wordLength } from '../../../src/media/mark/reed-solomon.js'

function randomWord(rng: Rng): Uint8Array {
  const word = new Uint8Array(wordLength)
  for (let index = 0; index < dataLength; index++) word[index] = rng.integer(0, 15)
  encodeWord(word)
  return word
}

/** All positions in random order. */
function shuffled(rng: Rng): number[] {
  const positions = Array.from({ length: wordLength }, (_, index) => ({ index, key: rng.next() }))
  return positions.sort((a, b) => a.key - b.key).map(({ index }) => index)
}

const capacity: (readonly [erasures: number, errors: number])[] = []
for (let erasures = 0; erasures <= 6; erasures++) {
  for (let errors = 0; 2 * errors + erasures <= 6; errors++) capacity.push([erasures, errors])
}

describe('words of the mark', () => {
  it.each(capacity)('are corrected with %i erasures and %i errors', (erasures, errors) => {
    const rng = new Rng(15, `${erasures} ${errors}`)
    for (let round = 0; round < 300; round++) {
      const word = randomWord(rng)
      const places = shuffled(rng)
      const damaged = word.slice()
      for (const place of places.slice(0, erasures)) damaged[place] = rng.integer(0, 15)
      for (const place of places.slice(erasures, erasures + errors)) damaged[place]! ^= rng.integer(1, 15)
      const wrong = damaged.filter((symbol, index) => symbol !== word[index]).length
      expect(correctWord(damaged, places, erasures)).toBe(wrong)
      expect(damaged).toEqual(word)
    }
  })

  it('differ from one another in at least seven symbols: of neighbours of the zero word none is nearer', () => {
    for (let index = 0; index < dataLength; index++) {
      for (let symbol = 1; symbol < 16; symbol++) {
        const word = new Uint8Array(wordLength)
        word[index] = symbol
        encodeWord(word)
        expect(word.filter((each) => each !== 0).length).toBeGreaterThanOrEqual(7)
      }
    }
  })

  it('are left alone and refused when they are too far from any word', () => {
    const rng = new Rng(4, 'far')
    let refused = 0
    for (let round = 0; round < 500; round++) {
      const noise = Uint8Array.from({ length: wordLength }, () => rng.integer(0, 15))
      const before = noise.slice()
      if (correctWord(noise, [], 0) >= 0) continue
      refused++
      expect(noise).toEqual(before)
    }
    // A ninth of all words lies within three symbols of one of the code.
    expect(refused).toBeGreaterThan(400)
  })

  it('cannot have more than six erasures', () => {
    expect(correctWord(new Uint8Array(wordLength), [0, 1, 2, 3, 4, 5, 6], 7)).toBe(-1)
  })
})
