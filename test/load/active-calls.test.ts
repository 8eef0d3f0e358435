import { describe, expect, it } from 'vitest'
import { type ActiveCall, ActiveCalls } from '../../src/load/active-calls.js'

interface Named extends ActiveCall {
  readonly name: string
}

const call = (name: string): Named => ({ name, place: -1 })

describe('ActiveCalls', () => {
  it('holds those that entered and have not left, in whatever order they leave', () => {
    const calls = new ActiveCalls<Named>()
    const [a, b, c, d] = [call('a'), call('b'), call('c'), call('d')]
    for (const each of [a, b, c, d]) calls.add(each)
    calls.remove(b)
    calls.remove(d)
    expect(calls.all().map(({ name }) => name)).toEqual(['a', 'c'])
    calls.remove(a)
    expect([calls.size, calls.all()[0]]).toEqual([1, c])
    calls.remove(c)
    expect(calls.size).toBe(0)
  })

  it('does not take one for another that left before', () => {
    const calls = new ActiveCalls<Named>()
    const [a, b] = [call('a'), call('b')]
    calls.add(a)
    calls.remove(a)
    calls.add(b)
    calls.remove(a)
    expect(calls.all()).toEqual([b])
    calls.add(a)
    expect(calls.size).toBe(2)
  })

  it('gives a list that later changes leave alone', () => {
    const calls = new ActiveCalls<Named>()
    const [a, b] = [call('a'), call('b')]
    calls.add(a)
    calls.add(b)
    const before = calls.all()
    for (const each of before) calls.remove(each)
    expect([before.length, calls.size]).toEqual([2, 0])
  })
})
