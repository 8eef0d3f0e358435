import { describe, expect, it } from 'vitest'
import { DelayLog } from '../../../src/media/mark/delay-log.js'
import { Halver } from '../../../src/media/mark/halver.js'
import { Loudness } from '../../../src/media/mark/loudness.js'
import { ownSilenceMs } from '../../../src/media/mark/own-silence.js'
import { TransitTimes } from '../../../src/media/mark/transit-times.js'
import { delayOf, Voices } from '../../../src/media/mark/voices.js'

describe('the delay that a mark tells', () => {
  it.each([
    ['is the difference', 1000, 820, 180],
    ['goes round with the moment', 4096 + 50, 4000, 146],
    ['is that of wall-clock times of any size', 1_790_000_000_180, 1_790_000_000_000 % 4096, 180],
    ['keeps fractions', 1000.25, 1000, 0.25],
    ['is a little below nothing when clocks differ', 1000, 1010, -10],
    ['is up to four seconds otherwise', 1000, 1200, 3896],
  ])('%s', (_, wallMs, moment, delayMs) => {
    expect(delayOf(wallMs, moment)).toBeCloseTo(delayMs, 6)
  })
})

describe('delays of a long call', () => {
  const logged = (count: number): number[] => {
    const log = new DelayLog()
    for (let i = 0; i < count; i++) log.add(i)
    return log.values()
  }

  it.each([0, 1, 63, 64])('are all kept up to 64: %i', (count) => {
    expect(logged(count)).toEqual(Array.from({ length: count }, (_, i) => i))
  })

  it.each([65, 66, 127, 128, 129, 1000, 10_000])('are thinned out evenly beyond: %i', (count) => {
    const values = logged(count)
    expect(values.length).toBeGreaterThanOrEqual(32)
    expect(values.length).toBeLessThanOrEqual(64)
    const stride = values[1] ?? 0
    expect(values).toEqual(values.map((_, i) => i * stride))
    expect(count - (values.at(-1) ?? 0)).toBeLessThanOrEqual(stride)
  })
})

describe('transit times', () => {
  it('are the shortest of the packets within, and forgotten after four seconds', () => {
    const transit = new TransitTimes()
    for (let position = 0; position < 3000; position += 20) transit.note(position, position === 1000 ? 5 : 50)
    expect(transit.shortest(900, 1100)).toBe(5)
    expect(transit.shortest(1100, 2000)).toBe(50)
    for (let position = 3000; position < 8000; position += 20) transit.note(position, 70)
    expect(transit.shortest(5000, 6000)).toBe(70)
  })

  it('do not exist where no packet was', () => {
    const transit = new TransitTimes()
    transit.note(0, 1)
    transit.note(1000, 2)
    expect(transit.shortest(128, 800)).toBe(Number.POSITIVE_INFINITY)
    expect(transit.shortest(-5, 10)).toBe(1)
  })
})

describe('voices', () => {
  const mark = (sender: number, isSure: boolean) => ({ sender, isSure, moment: 0, startMs: 0, purity: 1 })

  it('are heard once when the mark was clear, and twice when it was not', () => {
    const voices = new Voices()
    voices.add(mark(1, true), 100, 10)
    voices.add(mark(2, false), 200, 10)
    expect(voices.report().map(({ sender }) => sender)).toEqual([1])
    voices.add(mark(3, false), 300, 10)
    voices.add(mark(2, false), 400, 30)
    voices.add(mark(1, false), 500, 20)
    expect(voices.report()).toEqual([
      { sender: 1, marks: 2, firstMs: 100, lastMs: 500, delaysMs: [10, 20] },
      { sender: 2, marks: 2, firstMs: 200, lastMs: 400, delaysMs: [10, 30] },
    ])
  })
})

describe('loudness', () => {
  it('knows the longest silence after the first sound, and none of a pause', () => {
    const loudness = new Loudness()
    const add = (meanSquare: number, count: number) => {
      for (let i = 0; i < count; i++) loudness.add(meanSquare, 0)
    }
    add(0, 50)
    add(10_000, 10)
    add(100, 12)
    add(10_000, 1)
    add(0, 8)
    loudness.pause()
    add(0, 8)
    expect(loudness).toMatchObject({ audibleMs: 110, longestSilenceMs: 120, firstAudible: 0 })
  })
})

describe('the silence of a source', () => {
  it('is the pause between its phrases, and that between marks for one that is silent', () => {
    expect(ownSilenceMs({ kind: 'speech' })).toBeGreaterThanOrEqual(240)
    expect(ownSilenceMs({ kind: 'speech' })).toBeLessThan(340)
    expect(ownSilenceMs({ kind: 'silence' })).toBe(1300)
  })
})

describe('half the sampling rate', () => {
  const level = (hz: number): number => {
    const samples = Int16Array.from({ length: 16_000 }, (_, i) => 10_000 * Math.sin((2 * Math.PI * hz * i) / 16_000))
    const count = new Halver().halve(samples, samples.length)
    const energy = samples.subarray(100, count).reduce((sum, sample) => sum + sample * sample, 0)
    return 20 * Math.log10(Math.sqrt(energy / (count - 100)) / (10_000 / Math.SQRT2))
  }

  it.each([300, 800, 1500, 2300])('keeps %i Hz within 0.3 dB', (hz) => {
    expect(Math.abs(level(hz))).toBeLessThan(0.3)
  })

  it.each([5700, 6400, 7200])('lets nothing of %i Hz fall onto the tones', (hz) => {
    expect(level(hz)).toBeLessThan(-35)
  })
})
