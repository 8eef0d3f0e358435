import { expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { burstRatio } from '../../src/quality/burst-ratio.js'

test.each([
  [0, 0, 1000, 1, 'nothing missing'],
  [50, 50, 1000, 1, 'loss spread more evenly than chance'],
  [50, 25, 1000, 1.9, 'runs of two at 5 %'],
  [50, 10, 1000, 4.75, 'runs of five at 5 %'],
  [1000, 1, 1000, 1, 'everything missing'],
])('%d missing in %d runs of %d packets have BurstR %f: %s', (missing, runs, expected, ratio) => {
  expect(burstRatio(missing, runs, expected)).toBeCloseTo(ratio, 10)
})

test('random loss has BurstR 1 within chance', () => {
  const rng = new Rng(1, 'loss')
  let missing = 0
  let runs = 0
  let before = false
  for (let i = 0; i < 200_000; i++) {
    const lost = rng.next() < 0.2
    if (lost) missing++
    if (lost && !before) runs++
    before = lost
  }
  expect(burstRatio(missing, runs, 200_000)).toBeLessThan(1.02)
})
