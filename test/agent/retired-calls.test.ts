import { describe, expect, test } from 'vitest'
import type { RetiredCall } from '../../src/agent/retired-call.js'
import { RetiredCalls } from '../../src/agent/retired-calls.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'

const KEEP_MS = 32_000
const call = (localTag: string): RetiredCall => ({ localTag }) as RetiredCall

describe('what is left of calls', () => {
  test.each([0, 1, 3999, 4000, 4001, 31_000])(
    'of one that ended %i ms after the first is found for 32 s, and not for 37 s',
    (afterMs) => {
      const clock = new VirtualClock()
      const calls = new RetiredCalls(clock, KEEP_MS)
      calls.add(call('first'))
      clock.advance(afterMs)
      calls.add(call('own'))
      clock.advance(KEEP_MS)
      expect(calls.find('own')?.localTag).toBe('own')
      clock.advance(5000)
      expect(calls.find('own')).toBeUndefined()
    },
  )

  test('leaves no timer when there is nothing to forget any more', () => {
    const clock = new VirtualClock()
    const calls = new RetiredCalls(clock, KEEP_MS)
    calls.add(call('a'))
    clock.advance(60_000)
    expect(clock.armedCount).toBe(0)
    calls.add(call('b'))
    expect(calls.find('b')?.localTag).toBe('b')
    calls.close()
    expect([calls.find('b'), clock.armedCount]).toEqual([undefined, 0])
  })
})
