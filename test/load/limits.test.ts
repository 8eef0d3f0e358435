import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Phone } from '../../src/agent/phone.js'
import { DialLimits } from '../../src/load/dial-limits.js'
import { PhonePool } from '../../src/load/phone-pool.js'
import { RateLimit } from '../../src/load/rate-limit.js'
import type { Limits } from '../../src/model/scenario.js'

const none: Limits = { callsPerSecond: undefined, concurrentCalls: undefined, numbers: [] }

describe('the limit on calls per second', () => {
  it('lets no second hold more than the cap, whenever calls are wanted', () => {
    const wishes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), wishes, (cap, gaps) => {
        const limit = new RateLimit({ ...none, callsPerSecond: cap })
        const starts: number[] = []
        let nowMs = 0
        for (const gap of gaps) {
          nowMs += gap
          nowMs += limit.waitMs(nowMs, 0)
          expect(limit.waitMs(nowMs, 0)).toBe(0)
          limit.note(nowMs)
          starts.push(nowMs)
        }
        for (const from of starts) {
          expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(cap)
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    [0.5, 2_000],
    [0.1, 10_000],
    [1, 1_000],
    [2.5, 500],
  ])('of %d lets calls follow each other as slowly as that', (callsPerSecond, leastMs) => {
    const limit = new RateLimit({ ...none, callsPerSecond })
    let nowMs = 0
    const starts = Array.from({ length: 7 }, () => {
      nowMs += limit.waitMs(nowMs, 0)
      limit.note(nowMs)
      return nowMs
    })
    expect((starts[6] ?? 0) / 6).toBeCloseTo(leastMs)
  })

  it('is none when there is none', () => {
    const limit = new RateLimit(none)
    for (let n = 0; n < 1000; n++) limit.note(0)
    expect(limit.waitMs(0, 1_000_000)).toBe(0)
  })
})

describe('the limit on concurrent calls', () => {
  it.each([
    [0, true],
    [4, true],
    [5, false],
    [6, false],
  ])('of five lets another begin with %i in progress: %s', (inProgress, allowed) => {
    expect(new RateLimit({ ...none, concurrentCalls: 5 }).waitMs(0, inProgress) === 0).toBe(allowed)
  })
})

describe('the limit on numbers', () => {
  it.each([
    [[], 'sip:900@lab.test', true],
    [['30'], 'sip:301@lab.test', true],
    [['30'], 'sip:130@lab.test', false],
    [['+49'], 'sip:+4930123@lab.test', true],
    [['+49'], 'sip:4930123@lab.test', false],
    [['1*0'], 'sip:1230@lab.test', true],
    [['1*0'], 'sip:12301@lab.test', false],
    [['30', '40'], 'sip:401@lab.test', true],
    [['30'], 'tel:301', true],
    [['30'], 'tel:+301', false],
    [['3.'], 'sip:30@lab.test', false],
    [['30'], 'sip:lab.test', false],
    [['30'], 'nonsense', false],
    [['30'], 'sips:301:secret@lab.test;user=phone', true],
  ])('%j: calling %s is allowed: %s', (numbers, uri, allowed) => {
    const refusal = new DialLimits({ ...none, numbers }).refusal(uri)
    expect(refusal === undefined).toBe(allowed)
    if (!allowed) for (const number of numbers) expect(refusal).toContain(number)
  })
})

describe('a pool of phones', () => {
  const phones = (...names: string[]): Phone[] => names.map((name) => ({ name }) as unknown as Phone)
  const pool = (callsAtOnce: number, ...names: string[]) =>
    new PhonePool(
      'group',
      Array(callsAtOnce)
        .fill(phones(...names))
        .flat(),
    )

  it('hands its phones out in turn, and those who wait are served in order', () => {
    const three = pool(1, 'a', 'b', 'c')
    const taken: Phone[] = []
    const order: string[] = []
    for (let n = 0; n < 6; n++) {
      three.acquire((phone) => {
        taken.push(phone)
        order.push(`${n}${phone.name}`)
      })
    }
    expect(order).toEqual(['0a', '1b', '2c'])
    expect(three).toMatchObject({ free: 0, waiting: 3, starved: 3 })
    for (const index of [1, 0, 2]) three.release(taken[index] as Phone)
    expect(order.slice(3)).toEqual(['3b', '4a', '5c'])
  })

  it('gives a phone as often as it may have calls', () => {
    const twice = pool(2, 'a', 'b')
    const order: string[] = []
    for (let n = 0; n < 5; n++) twice.acquire((phone) => void order.push(phone.name))
    expect(order).toEqual(['a', 'b', 'a', 'b'])
    expect(twice.waiting).toBe(1)
  })

  it('takes a pair only when both are free, so that opposite calls cannot block each other', () => {
    const left = pool(1, 'l')
    const right = pool(1, 'r')
    const order: string[] = []
    left.acquireWith(right, (own, other) => void order.push(`> ${own.name}${other.name}`))
    right.acquireWith(left, (own, other) => void order.push(`< ${own.name}${other.name}`))
    left.acquireWith(right, (own, other) => void order.push(`> ${own.name}${other.name}`))
    expect(order).toEqual(['> lr'])
    const [l, r] = [...phones('l'), ...phones('r')] as [Phone, Phone]
    for (let round = 0; round < 2; round++) {
      left.release(l)
      right.release(r)
    }
    expect(order).toHaveLength(3)
    expect(left.waiting + right.waiting).toBe(0)
  })

  it('takes two of one pool together, and waits while there is but one', () => {
    const own = pool(1, 'a', 'b', 'c')
    const order: string[] = []
    own.acquireWith(own, (one, two) => void order.push(one.name + two.name))
    own.acquireWith(own, (one, two) => void order.push(one.name + two.name))
    expect(order).toEqual(['ab'])
    own.release(phones('a')[0] as Phone)
    expect(order).toEqual(['ab', 'ca'])
  })

  it('forgets those who wait when the run ends, and keeps what is given back', () => {
    const one = pool(1, 'a')
    const order: string[] = []
    one.acquire(() => {})
    one.acquire((phone) => void order.push(phone.name))
    expect(one.abandon()).toBe(1)
    one.release(phones('a')[0] as Phone)
    expect(order).toEqual([])
    expect(one.free).toBe(1)
  })

  it('stays small however often phones come and go', () => {
    const one = pool(1, 'a', 'b')
    for (let n = 0; n < 5_000; n++) one.acquire((phone) => one.release(phone))
    expect(one.free).toBe(2)
  })
})
