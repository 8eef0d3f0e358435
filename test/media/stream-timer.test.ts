import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StreamTimer } from '../../src/media/stream-timer.js'

const user = { rows: 10, isPacing: false, runs: 0, seen: [] as number[], goesOn: true, dueMs: 0 }
const timer = () =>
  new StreamTimer({
    get rows() {
      return user.rows
    },
    get isPacing() {
      return user.isPacing
    },
    onRun: () => {
      user.runs++
      return user.goesOn
    },
    clock: { nowMs: () => Date.now() },
    onRow: (row) => {
      user.seen.push(row)
      return user.dueMs
    },
  })

beforeEach(() => {
  vi.useFakeTimers()
  Object.assign(user, { rows: 10, isPacing: false, runs: 0, seen: [], goesOn: true, dueMs: 0 })
})
afterEach(() => vi.useRealTimers())

describe('StreamTimer', () => {
  it.each([
    ['every millisecond where JavaScript sends', true, 64],
    ['seldom where nothing is sent by it', false, 4],
  ])('runs %s, and looks at every row within 64 ms', (_name, isPacing, runs) => {
    user.isPacing = isPacing
    timer().start(0)
    vi.advanceTimersByTime(64)
    expect(user.runs).toBe(runs)
    expect(new Set(user.seen).size).toBe(10)
  })

  it('looks at no row before the time that it has told, but at once at one that is started', () => {
    const one = timer()
    one.start(0)
    user.dueMs = Date.now() + 500
    vi.advanceTimersByTime(64)
    expect(user.seen.length).toBe(10)
    vi.advanceTimersByTime(384)
    expect(user.seen.length).toBe(10)
    one.start(7)
    vi.advanceTimersByTime(64)
    expect(user.seen.slice(10)).toContain(7)
    user.seen = []
    vi.advanceTimersByTime(80)
    expect(new Set(user.seen).size).toBe(10)
  })

  it('follows what is paced, at once where something begins to be', () => {
    const one = timer()
    one.start(0)
    vi.advanceTimersByTime(3)
    user.isPacing = true
    one.start(0)
    vi.advanceTimersByTime(10)
    expect(user.runs).toBe(10)
    user.isPacing = false
    vi.advanceTimersByTime(1 + 16 * 4)
    expect(user.runs).toBe(15)
  })

  it('ends with its streams, and begins with the next', () => {
    const one = timer()
    one.start(0)
    user.goesOn = false
    vi.advanceTimersByTime(100)
    expect([user.runs, vi.getTimerCount()]).toEqual([1, 0])
    user.goesOn = true
    one.start(0)
    vi.advanceTimersByTime(32)
    expect(user.runs).toBe(3)
    one.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
