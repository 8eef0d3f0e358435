import { describe, expect, test } from 'vitest'
import { fullbandMos, fullbandRating } from '../../src/quality/fullband.js'

describe('the fullband E-model (ITU-T G.107.2)', () => {
  test.each([
    [0, 0, '137.80', '4.408'],
    [1, 0, '114.82', '3.929'],
    [2, 0, '99.13', '3.452'],
    [5, 0, '72.32', '2.515'],
    [10, 0, '52.63', '1.852'],
    [0, 200, '133.29', '4.341'],
    [0, 400, '102.18', '3.552'],
  ])('Ie,FB 10.2 and Bpl 4.3 at %d %% of loss and %d ms leave R = %s', (ppl, ta, r, mos) => {
    const rating = fullbandRating({ ie: 10.2, bpl: 4.3, ppl, ta }).r
    expect([rating.toFixed(2), fullbandMos(rating).toFixed(3)]).toEqual([r, mos])
  })

  test('nothing impaired scores the highest', () => {
    expect(fullbandMos(fullbandRating().r)).toBe(4.5)
  })
})
