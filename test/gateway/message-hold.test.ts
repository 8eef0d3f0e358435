import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { MessageHold } from '../../src/gateway/message-hold.js'
import { TimerLateness } from '../../src/gateway/timer-lateness.js'

describe('the lateness of timers', () => {
  it('is learned from how late they come, whatever single stalls say', () => {
    const lateness = new TimerLateness()
    let nowMs = 0
    for (let i = 0; i < 100; i++) {
      nowMs += 10
      const lateMs = i % 10 === 0 ? 200 : 2.2
      lateness.note(nowMs, nowMs + lateMs - lateness.ms)
    }
    expect(lateness.ms).toBeGreaterThan(2)
    expect(lateness.ms).toBeLessThan(2.6)
  })

  it('counts timers that run together once', () => {
    const lateness = new TimerLateness()
    const before = lateness.ms
    for (let i = 0; i < 50; i++) lateness.note(100, 150)
    expect(lateness.ms - before).toBeCloseTo(0.1)
  })
})

describe('held messages', () => {
  it('go after their time, less what timers come late by', () => {
    const clock = new VirtualClock()
    const hold = new MessageHold(clock)
    const gone: number[] = []
    for (let i = 0; i < 100; i++) {
      hold.add(50, () => gone.push(clock.nowMs()))
      clock.advance(100)
    }
    // The virtual clock is never late: what is taken off at first is soon unlearned.
    expect(gone[0]).toBeGreaterThan(48)
    expect((gone[99] ?? 0) - 9900).toBeGreaterThan(49.7)
    expect((gone[99] ?? 0) - 9900).toBeLessThan(50.3)
  })

  it('keep their order when the delay becomes shorter, and never wait for one that is added later', () => {
    const clock = new VirtualClock()
    const hold = new MessageHold(clock)
    const gone: string[] = []
    hold.add(100, () => gone.push('first'))
    hold.add(10, () => gone.push('second'))
    clock.advance(50)
    expect(gone).toEqual([])
    hold.add(500, () => gone.push('third'))
    clock.advance(60)
    expect(gone).toEqual(['first', 'second'])
    clock.advance(500)
    expect(gone).toEqual(['first', 'second', 'third'])
  })

  it('may be followed by others from within', () => {
    const clock = new VirtualClock()
    const hold = new MessageHold(clock)
    const gone: number[] = []
    hold.add(20, () => hold.add(20, () => gone.push(Math.round(clock.nowMs() / 10) * 10)))
    clock.advance(100)
    expect(gone).toEqual([40])
  })
})
