import { describe, expect, it } from 'vitest'
import { after as runAfter, sleep, Timer, type TimerOwner } from '../../src/base/clock.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'

class Recorder implements TimerOwner {
  readonly fired: string[] = []
  readonly clock: VirtualClock
  constructor(clock: VirtualClock) {
    this.clock = clock
  }
  onTimer(timer: Timer): void {
    this.fired.push(`${timer.kind}@${this.clock.nowMs()}`)
  }
}

describe('VirtualClock', () => {
  it('runs timers in due order, each at its own time, equal times in the order of arming', () => {
    const clock = new VirtualClock(1000)
    const owner = new Recorder(clock)
    for (const [kind, delay] of [
      ['late', 300],
      ['first of two', 100],
      ['second of two', 100],
      ['at once', 0],
    ] as const) {
      clock.arm(new Timer(owner, kind), delay)
    }
    clock.advance(299)
    expect(owner.fired).toEqual(['at once@1000', 'first of two@1100', 'second of two@1100'])
    clock.advance(1)
    expect(owner.fired.at(-1)).toBe('late@1300')
    expect(clock.nowMs()).toBe(1300)
  })

  it('moves a timer that is armed again, and never runs one that was disarmed', () => {
    const clock = new VirtualClock()
    const owner = new Recorder(clock)
    const moved = new Timer(owner, 'moved')
    const dropped = new Timer(owner, 'dropped')
    clock.arm(moved, 10)
    clock.arm(dropped, 10)
    clock.arm(moved, 20)
    clock.disarm(dropped)
    expect([moved.armed, dropped.armed, clock.armedCount, clock.nextDueMs]).toEqual([true, false, 1, 20])
    clock.advance(100)
    expect(owner.fired).toEqual(['moved@20'])
    expect([moved.armed, clock.armedCount, clock.nextDueMs]).toEqual([false, 0, undefined])
  })

  it('runs timers that are armed by timers within the same advance', () => {
    const clock = new VirtualClock()
    const times: number[] = []
    const again = (): void => {
      times.push(clock.nowMs())
      if (times.length < 4) runAfter(clock, 5, again)
    }
    runAfter(clock, 5, again)
    clock.advance(20)
    expect(times).toEqual([5, 10, 15, 20])
  })

  it('lets promises run between timers with advanceAsync', async () => {
    const clock = new VirtualClock()
    const times: number[] = []
    const walk = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await sleep(clock, 10)
        times.push(clock.nowMs())
      }
    }
    const done = walk()
    await clock.advanceAsync(30)
    await done
    expect(times).toEqual([10, 20, 30])
  })
})
