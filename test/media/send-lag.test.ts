import { expect, it } from 'vitest'
import { SendLag } from '../../src/media/send-lag.js'

it('knows percentiles, shares and the maximum of what it was told', () => {
  const lag = new SendLag()
  for (let i = 1; i <= 1000; i++) lag.record(i / 100)
  expect(lag.count).toBe(1000)
  expect(lag.percentileMs(50)).toBeCloseTo(5, 0)
  expect(Math.abs((lag.percentileMs(99) ?? 0) - 9.9)).toBeLessThanOrEqual(0.1001)
  expect(lag.percentileMs(100)).toBe(10)
  expect(lag.shareWithin(5)).toBeCloseTo(0.5, 2)
  expect(lag.maxMs).toBe(10)
})

it.each([
  ['early ones are on time', [-3, 0], 1, 0],
  ['very late ones are kept in the last step and as the maximum', [9000], 0, 9000],
])('%s', (_what, values, share, maxMs) => {
  const lag = new SendLag()
  for (const value of values) lag.record(value)
  expect([lag.shareWithin(5), lag.maxMs]).toEqual([share, maxMs])
})

it('knows nothing before and after a reset', () => {
  const lag = new SendLag()
  expect(lag.percentileMs(99)).toBeUndefined()
  lag.record(3)
  lag.reset()
  expect([lag.count, lag.maxMs, lag.percentileMs(50)]).toEqual([0, 0, undefined])
})
