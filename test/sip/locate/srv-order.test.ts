import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import type { SrvRecord } from '../../../src/sip/locate/dns-resolver.js'
import { orderSrvRecords } from '../../../src/sip/locate/srv-order.js'

const record = (target: string, priority: number, weight: number): SrvRecord => ({
  target,
  priority,
  weight,
  port: 5060,
})

const sharesOfFirst = (records: readonly SrvRecord[], draws: number): Record<string, number> => {
  const rng = new Rng(11)
  const counts: Record<string, number> = {}
  for (let i = 0; i < draws; i++) {
    const first = orderSrvRecords(records, rng)[0]?.target ?? ''
    counts[first] = (counts[first] ?? 0) + 1 / draws
  }
  return counts
}

describe('the order of SRV records', () => {
  it('keeps priorities ascending and loses nothing', () => {
    const records = [record('c', 20, 5), record('a', 10, 1), record('d', 30, 0), record('b', 10, 9)]
    for (let seed = 0; seed < 50; seed++) {
      const ordered = orderSrvRecords(records, new Rng(seed))
      expect(ordered.map((entry) => entry.priority)).toEqual([10, 10, 20, 30])
      expect(ordered.map((entry) => entry.target).sort()).toEqual(['a', 'b', 'c', 'd'])
    }
  })

  it('draws the first by weight', () => {
    const shares = sharesOfFirst([record('one', 1, 1), record('nine', 1, 9)], 20_000)
    expect(shares.one).toBeGreaterThan(0.09)
    expect(shares.one).toBeLessThan(0.11)
  })

  it('draws equal weights about equally often', () => {
    const shares = sharesOfFirst([record('a', 1, 100), record('b', 1, 100)], 20_000)
    expect(shares.a).toBeCloseTo(0.5, 1)
    expect(shares.b).toBeCloseTo(0.5, 1)
  })

  it('draws weight 0 seldom beside others, and by equal chances among themselves', () => {
    const beside = sharesOfFirst([record('one', 1, 1), record('zero', 1, 0)], 20_000)
    expect(beside.zero).toBeGreaterThan(0)
    expect(beside.zero).toBeLessThan(0.02)
    expect(sharesOfFirst([record('a', 1, 0), record('b', 1, 0)], 20_000).a).toBeCloseTo(0.5, 1)
  })

  it('takes no record for any records', () => {
    expect(orderSrvRecords([], new Rng(1))).toEqual([])
  })

  it('is the same for the same seed', () => {
    const records = ['a', 'b', 'c', 'd'].map((target) => record(target, 1, 10))
    expect(orderSrvRecords(records, new Rng(4))).toEqual(orderSrvRecords(records, new Rng(4)))
  })
})
