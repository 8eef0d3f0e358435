import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ForgetfulMap } from '../../src/capture/forgetful-map.js'
import { ForgetfulNumberMap } from '../../src/capture/forgetful-number-map.js'

test('a map by numbers remembers and forgets what the map by anything does', () => {
  const keys = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.nat()), { maxLength: 60 }), (entries) => {
      const [numbers, anything] = [new ForgetfulNumberMap<number>(5), new ForgetfulMap<number, number>(5)]
      for (const [key, value] of entries) {
        numbers.set(key, value)
        anything.set(key, value)
        for (const [each] of entries) expect(numbers.get(each)).toBe(anything.get(each))
      }
    }),
  )
})
