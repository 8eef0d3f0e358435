import { describe, expect, it } from 'vitest'
import { type PacedEntry, PacingWheel } from '../../src/media/pacing-wheel.js'

class Recording implements PacedEntry {
  dueTick = 0
  periodMs: number
  wheelNext: PacedEntry | undefined = undefined
  wheelPrevious: PacedEntry | undefined = undefined
  wheelSlot = -1
  wheelPhase = 0
  sent: number[] = []
  skipped: number[] = []
  constructor(periodMs: number) {
    this.periodMs = periodMs
  }
  sendFrame(dueTick: number): void {
    this.sent.push(dueTick)
  }
  skipFrame(dueTick: number): void {
    this.skipped.push(dueTick)
  }
}

describe('PacingWheel', () => {
  it.each([10, 20, 30, 40, 60, 100, 200])('sends every %i ms exactly, however irregularly it is run', (periodMs) => {
    const wheel = new PacingWheel(0.7)
    const entry = new Recording(periodMs)
    wheel.add(entry)
    for (let now = 0; now < 10_000; now += 0.3 + (Math.floor(now) % 7)) wheel.run(now)
    const first = entry.sent[0] ?? -1
    expect(first).toBeGreaterThan(0)
    expect(entry.sent.length).toBeGreaterThanOrEqual(Math.floor(9900 / periodMs))
    for (const [index, due] of entry.sent.entries()) expect(due).toBe(first + index * periodMs)
  })

  it('keeps the order of those who share a tick', () => {
    const wheel = new PacingWheel(0)
    const order: number[] = []
    const entries = Array.from({ length: 60 }, (_, index) => {
      const entry = new Recording(20)
      entry.sendFrame = () => order.push(index)
      return entry
    })
    for (const entry of entries) wheel.add(entry)
    wheel.run(100)
    const inPhase = order.filter((index) => entries[index]?.wheelPhase === 0)
    expect(inPhase.length).toBeGreaterThanOrEqual(12)
    for (const [place, index] of inPhase.entries()) expect(index).toBe(inPhase[place % 3])
  })

  it('spreads 400 streams evenly over 20 phases', () => {
    const wheel = new PacingWheel(5)
    const entries = Array.from({ length: 400 }, () => new Recording(20))
    for (const entry of entries) wheel.add(entry)
    const perTick = new Map<number, number>()
    for (const entry of entries) perTick.set(entry.dueTick, (perTick.get(entry.dueTick) ?? 0) + 1)
    expect([...perTick.values()]).toEqual(new Array(20).fill(20))
  })

  it('fills up phases that were left', () => {
    const wheel = new PacingWheel(0)
    const entries = Array.from({ length: 40 }, () => new Recording(20))
    for (const entry of entries) wheel.add(entry)
    const left = entries.filter((entry) => entry.wheelPhase === 3)
    for (const entry of left) wheel.remove(entry)
    const late = [new Recording(20), new Recording(20)]
    for (const entry of late) wheel.add(entry)
    expect(late.map((entry) => entry.wheelPhase)).toEqual([3, 3])
  })

  it('sends late frames up to 60 ms, and passes over those before instead of sending a burst', () => {
    const wheel = new PacingWheel(0)
    const entry = new Recording(20)
    wheel.add(entry)
    wheel.run(100)
    const before = entry.sent.length
    wheel.run(1100)
    expect(entry.sent.length - before).toBeLessThanOrEqual(4)
    expect(entry.sent.length - before).toBeGreaterThanOrEqual(3)
    expect(entry.sent.length + entry.skipped.length).toBe(55)
    wheel.run(1120)
    expect(entry.sent.at(-1)).toBeGreaterThan(1100)
  })

  it('sends nothing more after remove, also when another entry removes it within the same tick', () => {
    const wheel = new PacingWheel(0)
    const victim = new Recording(20)
    class Remover extends Recording {
      override sendFrame(dueTick: number): void {
        super.sendFrame(dueTick)
        wheel.remove(victim)
      }
    }
    const removers = Array.from({ length: 20 }, () => new Remover(20))
    for (const entry of removers) wheel.add(entry)
    wheel.add(victim)
    for (let now = 1; now <= 200; now++) wheel.run(now)
    expect(victim.sent.length).toBeLessThanOrEqual(1)
    expect(wheel.count).toBe(20)
    expect(removers.every((entry) => entry.sent.length === 10)).toBe(true)
  })

  it('does not fall behind while it is empty', () => {
    const wheel = new PacingWheel(0)
    wheel.run(100_000)
    const entry = new Recording(20)
    wheel.add(entry)
    expect(entry.dueTick).toBeGreaterThan(100_000)
    expect(entry.dueTick).toBeLessThanOrEqual(100_020)
  })
})
