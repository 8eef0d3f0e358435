import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { StringTable } from '../../src/base/string-table.js'

describe('StringTable', () => {
  it('finds what was set, and nothing else', () => {
    const table = new StringTable<number>()
    table.set('one', 1)
    table.set('two', 2)
    table.set('one', 11)
    expect([table.get('one'), table.get('two'), table.get('three'), table.size]).toEqual([11, 2, undefined, 2])
  })

  it('says whether there was something to delete', () => {
    const table = new StringTable<number>()
    table.set('', 0)
    expect([table.delete(''), table.delete(''), table.size, table.get('')]).toEqual([true, false, 0, undefined])
  })

  it('is empty after clear, and usable', () => {
    const table = new StringTable<number>()
    for (let i = 0; i < 100; i++) table.set(`key ${i}`, i)
    table.clear()
    expect([table.size, table.get('key 7'), table.values()]).toEqual([0, undefined, []])
    table.set('key 7', 7)
    expect(table.values()).toEqual([7])
  })

  it('does what a Map does over any course of entries that come and go', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = new Rng(seed, 'string-table')
      const table = new StringTable<number>()
      const map = new Map<string, number>()
      // Few keys, so that chains of neighbours form and break in every way, round the end of the table too.
      const keys = Array.from({ length: 30 + seed * 10 }, () => rng.token().slice(0, 3))
      for (let step = 0; step < 3000; step++) {
        const key = keys[rng.integer(0, keys.length - 1)] as string
        if (rng.next() < 0.5) {
          table.set(key, step)
          map.set(key, step)
        } else expect(table.delete(key)).toBe(map.delete(key))
        expect(table.size).toBe(map.size)
      }
      for (const key of keys) expect(table.get(key)).toBe(map.get(key))
      expect(table.values().sort((a, b) => a - b)).toEqual([...map.values()].sort((a, b) => a - b))
    }
  })
})
