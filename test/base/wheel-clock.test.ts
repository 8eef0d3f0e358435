import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Timer, type TimerOwner } from '../../src/base/clock.js'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'

class Recorder implements TimerOwner {
  readonly fired: { kind: string; lateMs: number }[] = []
  onFired: ((timer: Timer) => void) | undefined
  onTimer(timer: Timer): void {
    this.fired.push({ kind: timer.kind, lateMs: performance.now() - timer.dueMs })
    this.onFired?.(timer)
  }
  get kinds(): string[] {
    return this.fired.map((entry) => entry.kind)
  }
}

describe('WheelClock on simulated time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    0, 1, 2, 499.5, 2047, 2048, 2049, 4096, 32_000, 180_000, 3_600_000, 4_192_256, 4_194_304, 4_196_000, 9_000_000,
  ])('runs a timer of %d ms when it is due, not before and at most 2 ms after', (delayMs) => {
    vi.advanceTimersByTime(777)
    const clock = new WheelClock()
    const owner = new Recorder()
    clock.arm(new Timer(owner, 't'), delayMs)
    vi.advanceTimersByTime(Math.max(0, Math.floor(delayMs) - 1))
    expect(owner.fired).toHaveLength(0)
    vi.advanceTimersByTime(4)
    expect(owner.fired).toHaveLength(1)
    expect(owner.fired[0]?.lateMs).toBeGreaterThanOrEqual(0)
    expect(owner.fired[0]?.lateMs).toBeLessThanOrEqual(2)
  })

  it('runs every one of 5000 timers of all lengths once, whatever is armed, moved and disarmed meanwhile', () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    const rng = new Rng(7)
    const wanted = new Set<string>()
    const timers = Array.from({ length: 5000 }, (_, n) => new Timer(owner, String(n)))
    owner.onFired = (timer) => wanted.delete(timer.kind)
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 250; i++) {
        const timer = timers[rng.integer(0, timers.length - 1)] as Timer
        if (rng.next() < 0.2) {
          clock.disarm(timer)
          wanted.delete(timer.kind)
        } else {
          clock.arm(timer, rng.exponential(rng.next() < 0.5 ? 50 : 20_000))
          wanted.add(timer.kind)
        }
      }
      vi.advanceTimersByTime(rng.integer(0, 3000))
      const overdue = timers.filter((timer) => timer.armed && timer.dueMs < performance.now() - 2)
      expect(overdue).toHaveLength(0)
    }
    vi.advanceTimersByTime(1_000_000)
    expect([...wanted]).toEqual([])
    expect(clock.armedCount).toBe(0)
    expect(Math.min(...owner.fired.map((entry) => entry.lateMs))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...owner.fired.map((entry) => entry.lateMs))).toBeLessThanOrEqual(2)
  })

  it('lets a timer disarm another one of the same millisecond', () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    const second = new Timer(owner, 'second')
    owner.onFired = () => clock.disarm(second)
    clock.arm(new Timer(owner, 'first'), 10)
    clock.arm(second, 10)
    vi.advanceTimersByTime(50)
    expect(owner.kinds).toEqual(['first'])
    expect(clock.armedCount).toBe(0)
  })

  it('runs a timer that arms itself with no delay once a tick, not for ever', () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    const timer = new Timer(owner, 't')
    owner.onFired = () => clock.arm(timer, 0)
    clock.arm(timer, 0)
    vi.advanceTimersByTime(100)
    expect(owner.fired.length).toBeGreaterThan(20)
    expect(owner.fired.length).toBeLessThanOrEqual(101)
    clock.disarm(timer)
  })

  it('goes on with the other timers after one throws', () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    owner.onFired = (timer) => {
      if (timer.kind === 'bad') throw new Error('bug')
    }
    for (const kind of ['bad', 'same tick', 'bad', 'same tick']) clock.arm(new Timer(owner, kind), 10)
    clock.arm(new Timer(owner, 'later'), 5000)
    expect(() => vi.advanceTimersByTime(20)).toThrow('bug')
    vi.advanceTimersByTime(6000)
    expect(owner.kinds).toEqual(['bad', 'same tick', 'bad', 'same tick', 'later'])
  })

  it('sleeps until the next occupied slot instead of ticking', () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    const sleeps = vi.spyOn(globalThis, 'setTimeout')
    clock.arm(new Timer(owner, 'far'), 30_000)
    vi.advanceTimersByTime(30_010)
    expect(owner.fired).toHaveLength(1)
    expect(sleeps.mock.calls.length).toBeLessThan(5)
    sleeps.mockRestore()
  })
})

describe('WheelClock on real time', () => {
  it('is never early and keeps the milliseconds', async () => {
    const clock = new WheelClock()
    const owner = new Recorder()
    await new Promise<void>((resolve) => {
      owner.onFired = () => owner.fired.length === 200 && resolve()
      for (let i = 0; i < 200; i++) clock.arm(new Timer(owner, 't'), 5 + i)
    })
    const late = owner.fired.map((entry) => entry.lateMs).sort((a, b) => a - b)
    expect(late[0]).toBeGreaterThanOrEqual(0)
    // Median: a busy machine delays some wake-ups, a wheel that is off delays all of them.
    expect(late[100]).toBeLessThan(20)
  })

  it('lets what has arrived while the process stood still be read before a timer that is due', async () => {
    const [near, far] = [createSocket('udp4'), createSocket('udp4')]
    await new Promise<void>((resolve) => near.bind(0, '127.0.0.1', resolve))
    // Connected, it sends at once.
    await new Promise<void>((resolve) => far.connect(near.address().port, '127.0.0.1', resolve))
    const order: string[] = []
    const clock = new WheelClock()
    const owner = new Recorder()
    await new Promise<void>((resolve) => {
      owner.onFired = ({ kind }) => order.push(kind) === 2 && resolve()
      near.once('message', () => order.push('message') === 2 && resolve())
      clock.arm(new Timer(owner, 'timer'), 10)
      setImmediate(() => {
        far.send('answer')
        const endMs = performance.now() + 60
        while (performance.now() < endMs);
      })
    })
    near.close()
    far.close()
    expect(order).toEqual(['message', 'timer'])
  })
})
