import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BucketList } from '../../src/metrics/bucket-list.js'

const portion = fc.dictionary(fc.nat(400).map(String), fc.integer({ min: 1, max: 1e6 }), { maxKeys: 200 })
const entriesOf = (counted: Record<string, number>) =>
  Object.entries(counted)
    .map(([value, count]) => [Number(value), count] as const)
    .sort(([a], [b]) => a - b)
const listed = ({ values, counts, length }: BucketList) =>
  Array.from({ length }, (_, i) => [values[i] as number, counts[i] as number] as const)

describe('a list of buckets', () => {
  it('holds the sum of what is added, in rising order, whatever its memory held before', () => {
    const list = new BucketList()
    fc.assert(
      fc.property(fc.array(portion, { maxLength: 8 }), (portions) => {
        const wanted = new Map<number, number>()
        list.begin(0)
        for (const counted of portions) {
          const entries = entriesOf(counted)
          for (const [value, count] of entries) wanted.set(value, (wanted.get(value) ?? 0) + count)
          // More memory than entries, as a portion has it that was gathered in memory of its own.
          const values = new Uint32Array(entries.length + 3).fill(7)
          const counts = new Uint32Array(entries.length + 3).fill(7)
          values.set(entries.map(([value]) => value))
          counts.set(entries.map(([, count]) => count))
          list.add(values, counts, entries.length)
          expect([...values.subarray(0, entries.length)]).toEqual(entries.map(([value]) => value))
        }
        expect(listed(list)).toEqual([...wanted].sort(([a], [b]) => a - b))
      }),
      { numRuns: 300 },
    )
  })

  it('takes memory only for buckets that are new, and an eighth more than it needs', () => {
    const list = new BucketList()
    const values = Uint32Array.from({ length: 800 }, (_, i) => 2 * i)
    const ones = new Uint32Array(800).fill(1)
    list.add(values, ones, 800)
    const before = list.values
    expect(before.length).toBe(900)
    list.add(values, ones, 800)
    list.add(Uint32Array.of(1, 3), ones, 2)
    expect(list.values).toBe(before)
    expect(listed(list).slice(0, 5)).toEqual([
      [0, 2],
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
    ])
  })
})
