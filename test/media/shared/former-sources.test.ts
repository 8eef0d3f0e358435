import { describe, expect, it } from 'vitest'
import { FormerSources } from '../../../src/media/shared/former-sources.js'

const a = { host: '192.0.2.1', port: 4000 }

describe('FormerSources', () => {
  it('knows all that comes from where a stream was alone, while nobody else is there', () => {
    const former = new FormerSources()
    former.record(a, [], undefined, true, 0)
    expect(former.has(a, 5, 1000, true)).toBe(true)
    expect(former.has(a, 5, 1000, false)).toBe(false)
    expect(former.has({ ...a, port: 4002 }, 5, 1000, true)).toBe(false)
  })

  it('knows the sources of a stream that shared its far side, and no others', () => {
    const former = new FormerSources()
    former.record(a, [5], { ssrc: 6, sequence: 9 }, false, 0)
    expect([5, 6, 7, undefined].map((ssrc) => former.has(a, ssrc, 1000, true))).toEqual([true, true, false, false])
    expect(former.lastAt(a, 1000)).toEqual({ ssrc: 6, sequence: 9 })
  })

  it('forgets after a minute', () => {
    const former = new FormerSources()
    former.record(a, [5], { ssrc: 5, sequence: 9 }, true, 0)
    expect(former.has(a, 5, 59_999, true)).toBe(true)
    expect(former.has(a, 5, 60_000, true)).toBe(false)
    expect(former.lastAt(a, 60_000)).toBeUndefined()
  })
})
