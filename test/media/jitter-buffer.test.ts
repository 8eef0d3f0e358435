import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { JitterBuffer } from '../../src/media/jitter-buffer.js'
import { type JitterBufferSettings, usualTerminal } from '../../src/model/terminal.js'

const fixed = (delayMs: number): JitterBufferSettings => ({ kind: 'fixed', delayMs })
const adaptive: JitterBufferSettings = { kind: 'adaptive', initialMs: 60, minMs: 40, maxMs: 200 }

/** Packets of 20 ms, each so many ms late; what the buffer did not play, by position. */
function missed(settings: JitterBufferSettings, lateMs: readonly number[], clockRate = 8000, firstTimestamp = 0) {
  const buffer = new JitterBuffer(settings, clockRate)
  const positions = lateMs.flatMap((late, index) => {
    const timestamp = (firstTimestamp + (index * 20 * clockRate) / 1000) >>> 0
    return buffer.take(1000 + index * 20 + late, timestamp) ? [] : [index]
  })
  return { buffer, positions }
}

const steady = (count: number, late = 0) => Array.from({ length: count }, () => late)

describe('a fixed jitter buffer', () => {
  it.each<[string, number, number[], number[]]>([
    ['plays all that comes within its delay', 60, [0, 20, 60, 0], []],
    ['misses what comes later', 60, [0, 61, 60, 100, 0], [1, 3]],
    ['takes the fastest transit for its reference, though it comes later', 60, [50, 50, 0, 50, 61], [4]],
    ['of no delay plays only the fastest', 0, [0, 0, 1, 0], [2]],
  ])('%s', (_what, delayMs, lateMs, positions) => {
    expect(missed(fixed(delayMs), lateMs).positions).toEqual(positions)
  })

  it('counts in the clock of the codec and over the wrap of timestamps', () => {
    for (const clockRate of [8000, 16_000, 48_000]) {
      const late = [0, 0, 0, 0, 70, 0, 0]
      expect(missed(fixed(60), late, clockRate, 0xffff_ff00).positions).toEqual([4])
    }
  })

  it('starts anew after ten late packets in sequence: the path has become longer', () => {
    const { positions } = missed(fixed(60), [...steady(50), ...steady(50, 180)])
    expect(positions).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59])
  })

  it('follows clocks that drift apart', () => {
    const drift = Array.from({ length: 50_000 }, (_, index) => index * 20 * 100e-6)
    expect(missed(fixed(20), drift).positions).toEqual([])
  })

  it('takes a jump of the media clock for a new one', () => {
    const buffer = new JitterBuffer(fixed(60), 8000)
    expect(buffer.take(0, 0)).toBe(true)
    expect(buffer.take(20, 160 + 8000 * 60)).toBe(true)
    expect(buffer.take(40, 320 + 8000 * 60)).toBe(true)
    expect(buffer.take(160, 480 + 8000 * 60)).toBe(false)
  })

  it('forgets its reference when another source begins', () => {
    const buffer = new JitterBuffer(fixed(60), 8000)
    buffer.take(0, 0)
    buffer.restart(8)
    expect(buffer.take(500, 777)).toBe(true)
  })

  it('holds a packet for its delay less its lateness', () => {
    expect(missed(fixed(60), [0, 20, 40]).buffer.meanHeldMs).toBeCloseTo(40, 1)
    expect(new JitterBuffer(fixed(60), 8000).meanHeldMs).toBeUndefined()
  })
})

describe('an adaptive jitter buffer', () => {
  it('shrinks to its least when all is steady', () => {
    const { buffer, positions } = missed(adaptive, steady(1000))
    expect(positions).toEqual([])
    expect(buffer.delayMs).toBeCloseTo(40, 0)
  })

  it('grows at once by a packet that it missed', () => {
    const { buffer, positions } = missed(adaptive, [...steady(10), 90, 90, 0, 85])
    expect(positions).toEqual([10])
    expect(buffer.delayMs).toBeGreaterThanOrEqual(85)
  })

  it('never grows beyond its most', () => {
    const { buffer, positions } = missed(adaptive, [...steady(10), 500, 0, 250, 0, 201])
    expect(positions).toEqual([10, 12, 14])
    expect(buffer.delayMs).toBe(200)
    expect(buffer.maxMs).toBe(200)
  })

  it('loses less to jitter than a fixed one of its first delay, and holds packets less long than one of its most', () => {
    const rng = new Rng(7, 'jitter')
    const jitter = Array.from({ length: 5000 }, () => rng.next() * 100)
    const own = missed(adaptive, jitter)
    const short = missed(fixed(60), jitter)
    const long = missed(fixed(200), jitter)
    expect(own.positions.length).toBeLessThan(short.positions.length / 10)
    expect(own.buffer.meanHeldMs).toBeLessThan((long.buffer.meanHeldMs ?? 0) * 0.8)
  })

  it('gives delay back after a storm', () => {
    const { buffer } = missed(adaptive, [...steady(20), 190, ...steady(600)])
    expect(buffer.delayMs).toBeLessThan(45)
  })

  it('is what a terminal has when nobody says otherwise', () => {
    expect(usualTerminal.jitterBuffer).toEqual(adaptive)
  })
})
