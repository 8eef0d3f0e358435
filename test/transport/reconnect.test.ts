import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { BackOff, outboundBackOff } from '../../src/transport/reconnect.js'

describe('BackOff (RFC 5626 4.5)', () => {
  it.each([
    ['all flows failed', outboundBackOff.allFlowsFailed, 0, 30_000],
    ['all flows failed', outboundBackOff.allFlowsFailed, 3, 240_000],
    ['all flows failed', outboundBackOff.allFlowsFailed, 6, 1_800_000],
    ['some flows left', outboundBackOff.someFlowsLeft, 0, 90_000],
    ['some flows left', outboundBackOff.someFlowsLeft, 1, 180_000],
    ['some flows left', outboundBackOff.someFlowsLeft, 2000, 1_800_000],
  ])('%s, %j, %d failures: half to all of %d ms', (_what, times, failures, upperMs) => {
    const backOff = new BackOff(times, new Rng(1))
    const delays = Array.from({ length: 2000 }, () => backOff.delayMs(failures))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(upperMs / 2)
    expect(Math.min(...delays)).toBeLessThan(upperMs * 0.51)
    expect(Math.max(...delays)).toBeLessThanOrEqual(upperMs)
    expect(Math.max(...delays)).toBeGreaterThan(upperMs * 0.99)
  })

  it('gives the same delays for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(30), (seed, failures) => {
        const delay = (): number => new BackOff({ baseMs: 100, maxMs: 5000 }, new Rng(seed)).delayMs(failures)
        expect(delay()).toBe(delay())
        expect(delay()).toBeLessThanOrEqual(5000)
      }),
    )
  })
})
