import { describe, expect, test } from 'vitest'
import {
  goodOrBetterPercent,
  mosOfRating,
  poorOrWorsePercent,
  ratingOfMos,
  satisfaction,
} from '../../src/quality/mos.js'

describe('ratings and scores (ITU-T G.107 Annex B)', () => {
  test.each([
    [-20, '1.0000'],
    [0, '1.0000'],
    [3.22, '1.0000'],
    [6.5, '1.0000'],
    [10, '1.0350'],
    [20, '1.2520'],
    [30, '1.6090'],
    [40, '2.0640'],
    [45, '2.3151'],
    [50, '2.5750'],
    [60, '3.1000'],
    [70, '3.5970'],
    [80, '4.0240'],
    [90, '4.3390'],
    [93.2, '4.4093'],
    [94.2, '4.4278'],
    [100, '4.5000'],
    [120, '4.5000'],
  ])('R = %d scores %s', (rating, mos) => {
    expect(mosOfRating(rating).toFixed(4)).toBe(mos)
  })

  test('the score is never below 1, where the cubic alone would be 0.98884 at 3.22', () => {
    for (let rating = 0; rating <= 100; rating += 0.01) expect(mosOfRating(rating)).toBeGreaterThanOrEqual(1)
  })

  test.each([10, 20, 45, 50, 60, 70, 80, 90, 93.2, 100])(
    'R = %d is found again from its score (Appendix I)',
    (rating) => {
      expect(ratingOfMos(mosOfRating(rating))).toBeCloseTo(rating, 6)
    },
  )

  test.each([0.99, 4.51, Number.NaN])('a score of %d has no rating', (mos) => {
    expect(ratingOfMos(mos)).toBeUndefined()
  })

  test.each([
    [90, '97.0', '0.2', 'very satisfied'],
    [80, '89.4', '1.4', 'satisfied'],
    [70, '73.4', '5.9', 'some users dissatisfied'],
    [60, '50.0', '17.4', 'many users dissatisfied'],
    [50, '26.6', '37.7', 'nearly all users dissatisfied'],
    [49.9, '26.4', '38.0', 'not recommended'],
  ])('R = %d: %s %% good or better, %s %% poor or worse, %s', (rating, good, poor, text) => {
    expect(goodOrBetterPercent(rating).toFixed(1)).toBe(good)
    expect(poorOrWorsePercent(rating).toFixed(1)).toBe(poor)
    expect(satisfaction(rating)).toBe(text)
  })
})
