import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { Arrivals, LoadCurve } from '../../src/load/arrivals.js'

type Stages = ConstructorParameters<typeof LoadCurve>[0]

const flat = (rate: number, ms: number): Stages => [{ from: rate, to: rate, ms }]

function all(stages: Stages, options: { poisson?: number; calls?: number } = {}): number[] {
  const arrivals = new Arrivals(new LoadCurve(stages), {
    arrivals: options.poisson === undefined ? 'even' : 'poisson',
    calls: options.calls,
    rng: new Rng(options.poisson ?? 1, 'arrivals'),
  })
  const times: number[] = []
  for (let at = arrivals.next(); at !== undefined; at = arrivals.next()) times.push(at)
  return times
}

describe('even arrivals', () => {
  it.each<[string, Stages, number]>([
    ['a constant rate', flat(10, 10_000), 100],
    ['a rate below one a second', flat(0.5, 10_000), 5],
    ['a rate that does not divide the time', flat(3, 1_000), 3],
    ['a ramp from nothing', [{ from: 0, to: 10, ms: 10_000 }], 50],
    ['a ramp down to nothing', [{ from: 10, to: 0, ms: 10_000 }], 50],
    ['steps', [...flat(5, 2_000), ...flat(20, 1_000), ...flat(0, 5_000), ...flat(1, 3_000)], 33],
    ['a ramp, a hold and a step', [{ from: 0, to: 20, ms: 2_000 }, ...flat(20, 1_000), ...flat(100, 100)], 50],
    ['nothing at all', flat(0, 10_000), 0],
    ['a rate of thousands', flat(5_000, 2_000), 10_000],
  ])('of %s number exactly the integral of the rate', (_name, stages, total) => {
    const times = all(stages)
    expect(times).toHaveLength(total)
    const length = stages.reduce((sum, { ms }) => sum + ms, 0)
    for (const [n, at] of times.entries()) {
      expect(at).toBeGreaterThanOrEqual(times[n - 1] ?? 0)
      expect(at).toBeLessThanOrEqual(length)
    }
  })

  it('begin at once and are equally far apart', () => {
    expect(all(flat(4, 1_000))).toEqual([0, 250, 500, 750])
  })

  it('follow a ramp as the square root: the n-th at the time whose integral is n', () => {
    const times = all([{ from: 0, to: 10, ms: 10_000 }])
    for (const [n, at] of times.entries()) expect(at).toBeCloseTo(Math.sqrt((2 * n) / 1) * 1000, 6)
  })

  it('follow a ramp that hardly rises without losing digits', () => {
    const times = all([{ from: 10, to: 10.000001, ms: 10_000 }])
    expect(times[50]).toBeCloseTo(5_000, 2)
  })

  it('stop after the number of calls that is allowed', () => {
    expect(all(flat(10, 10_000), { calls: 7 })).toHaveLength(7)
    expect(all(flat(10, 500), { calls: 7 })).toHaveLength(5)
  })
})

describe('Poisson arrivals', () => {
  it('have the mean and the variance of the integral', () => {
    const counts = Array.from({ length: 400 }, (_, seed) => all(flat(20, 5_000), { poisson: seed }).length)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
    // Both are 100; four standard errors are 2 and 28.
    expect(Math.abs(mean - 100)).toBeLessThan(2)
    expect(Math.abs(variance - 100)).toBeLessThan(28)
  })

  it('are apart by exponential times: mean and deviation are equal', () => {
    const times = all(flat(1_000, 20_000), { poisson: 5 })
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(mean).toBeGreaterThan(0.97)
    expect(mean).toBeLessThan(1.03)
    expect(deviation / mean).toBeGreaterThan(0.95)
    expect(deviation / mean).toBeLessThan(1.05)
  })

  it('are denser where the rate is higher', () => {
    const times = all([{ from: 0, to: 100, ms: 10_000 }], { poisson: 9 })
    const late = times.filter((at) => at > 5_000).length / times.length
    expect(late).toBeGreaterThan(0.7)
    expect(late).toBeLessThan(0.8)
  })

  it('are the same for the same seed, and stop at the limit', () => {
    expect(all(flat(10, 5_000), { poisson: 3 })).toEqual(all(flat(10, 5_000), { poisson: 3 }))
    expect(all(flat(10, 5_000), { poisson: 3 })).not.toEqual(all(flat(10, 5_000), { poisson: 4 }))
    expect(all(flat(10, 5_000), { poisson: 3, calls: 4 })).toHaveLength(4)
  })
})

describe('the level of a curve', () => {
  it.each([
    [0, 0],
    [1_000, 5],
    [2_000, 10],
    [2_500, 10],
    [3_000, 40],
    [3_999, 40],
    [4_000, 0],
    [-1, 0],
  ])('at %i ms is %i', (atMs, level) => {
    const curve = new LoadCurve([{ from: 0, to: 10, ms: 2_000 }, ...flat(10, 1_000), ...flat(40, 1_000)])
    expect(curve.levelAt(atMs)).toBeCloseTo(level)
    expect(curve.totalMs).toBe(4_000)
    expect(curve.totalCalls).toBe(60)
  })
})
