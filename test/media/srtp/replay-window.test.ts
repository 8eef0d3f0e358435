import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplayWindow } from '../../../src/media/srtp/replay-window.js'

describe('the replay window (RFC 3711 3.3.2)', () => {
  it.each([
    ['takes what is new', [5, 6], 7, undefined],
    ['knows the newest', [5, 6], 6, 'replayed'],
    ['takes a gap filled late', [5, 7], 6, undefined],
    ['knows the last of 128', [1, 128], 1, 'replayed'],
    ['takes the last of 128 when it never came', [2, 129], 3, undefined],
    ['cannot tell beyond 128', [1, 129], 1, 'too-old'],
    ['cannot tell beyond 128 what never came', [200], 72, 'too-old'],
    ['forgets what a jump passes over', [5, 5 + 128], 6 + 128 - 128, undefined],
    ['forgets everything in a long jump', [5, 100_005], 100_004, undefined],
    ['takes indexes of 48 bits', [2 ** 48 - 2], 2 ** 48 - 1, undefined],
  ])('%s', (_, accepted, index, expected) => {
    const window = new ReplayWindow()
    for (const one of accepted) {
      expect(window.check(one)).toBeUndefined()
      window.accept(one)
    }
    expect(window.check(index)).toBe(expected)
  })

  it('says of any sequence what a set and a maximum would say', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 300 }), (indexes) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        let highest = -1
        for (const index of indexes) {
          const expected = index <= highest - 128 ? 'too-old' : seen.has(index) ? 'replayed' : undefined
          expect(window.check(index)).toBe(expected)
          if (expected) continue
          window.accept(index)
          seen.add(index)
          highest = Math.max(highest, index)
        }
      }),
    )
  })
})
