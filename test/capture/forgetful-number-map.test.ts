import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ForgetfulNumberMap } from '../../src/capture/forgetful-number-map.js'

const capacity = 5
const keys = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))

test('the newest keys are remembered, those before as many newer ones are forgotten', () => {
  const change = fc.record({ key: keys, value: fc.nat(), isDeleted: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const map = new ForgetfulNumberMap<number>(capacity)
      let [newer, older] = [new Map<number, number | undefined>(), new Map<number, number | undefined>()]
      for (const { key, value, isDeleted } of changes) {
        if (isDeleted) {
          map.delete(key)
          for (const each of [newer, older]) if (each.has(key)) each.set(key, undefined)
        } else {
          map.set(key, value)
          if (newer.size >= capacity) [newer, older] = [new Map(), newer]
          newer.set(key, value)
        }
        for (const { key: each } of changes) expect(map.get(each)).toBe(newer.get(each) ?? older.get(each))
      }
    }),
  )
})
