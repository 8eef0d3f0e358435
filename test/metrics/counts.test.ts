import fc from 'fast-check'
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Counts, highestCount, toCount } from '../../src/metrics/counts.js'
import { HistogramCodec, readyHistograms } from '../../src/metrics/histogram.js'

let codec: HistogramCodec
let reference: Histogram

beforeAll(async () => {
  await readyHistograms()
  codec = new HistogramCodec()
  reference = build({
    useWebAssembly: true,
    autoResize: false,
    highestTrackableValue: highestCount,
    numberOfSignificantValueDigits: 3,
  })
})
beforeEach(() => reference.reset())
afterAll(() => {
  codec.destroy()
  reference.destroy()
})

const values = fc.array(
  fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 4e6, noNaN: true })),
  { maxLength: 1500 },
)

const countsOf = (list: readonly number[]): Counts => {
  const counts = new Counts()
  for (const value of list) counts.record(value)
  return counts
}

describe('counts', () => {
  it('count on in buckets that are in use, and leave what was stored before as it was', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 1200 }), (list) => {
        const counts = countsOf(list)
        const before = counts.stored()
        const wanted = { ...before, values: [...before.values], counts: [...before.counts] }
        counts.add(countsOf(list))
        for (const value of list.slice(list.length >> 1)) counts.record(value)
        const again = new Set(list.slice(list.length >> 1).map(toCount))
        const after = counts.stored()
        expect({ ...before, values: [...before.values], counts: [...before.counts] }).toEqual(wanted)
        expect([...after.values]).toEqual(wanted.values)
        expect(after.counts.reduce((sum, count) => sum + count, 0)).toBe(2 * list.length + again.size)
        expect(counts.total).toBe(2 * list.length + again.size)
        expect(Math.min(...after.counts)).toBeGreaterThanOrEqual(2)
      }),
      { numRuns: 60 },
    )
  })

  it('are an HdrHistogram: same percentiles, same encoded content', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        reference.reset()
        const counts = countsOf(first)
        counts.add(countsOf(second))
        const all = [...first, ...second].map(toCount)
        for (const count of all) reference.recordValue(count)
        const percents = [0.1, 1, 25, 50, 90, 95, 99, 99.9, 100]
        const own = counts.percentiles(percents)
        const hdr = percents.map((percent) =>
          all.length === 0 ? null : Math.min(reference.getValueAtPercentile(percent - 1e-7), Math.max(...all)) / 1000,
        )
        const least = Math.min(...all) / 1000
        expect(own).toEqual(hdr.map((value) => (value === null ? null : Math.max(value, least))))
        if (all.length === 0) return
        const decoded = decodeFromCompressedBase64(codec.encode(counts), 32, true)
        expect(encodeIntoCompressedBase64(decoded)).toBe(encodeIntoCompressedBase64(reference))
        decoded.destroy()
      }),
      { numRuns: 40 },
    )
  })

  it('are the same when they are settled at any time, and take less memory', () => {
    const often = fc.nat(300).map((times) => Array.from({ length: times }, () => 0.7))
    const largest = fc.constant([1e12, 0])
    const step = fc.record({ list: fc.oneof(values, often, largest), settles: fc.boolean(), adds: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const plain = new Counts()
        const settled = new Counts()
        for (const { list, settles, adds } of steps) {
          if (settles) settled.settle()
          const more = countsOf(list)
          if (adds && settles) more.settle()
          if (adds) for (const counts of [plain, settled]) counts.add(more)
          else for (const value of list) for (const counts of [plain, settled]) counts.record(value)
        }
        const percents = [0.1, 50, 99, 100]
        expect(settled.percentiles(percents)).toEqual(plain.percentiles(percents))
        expect(settled.stored()).toEqual(plain.stored())
        settled.settle()
        expect(settled.stored()).toEqual(plain.stored())
        expect(settled.bytes).toBeLessThanOrEqual(plain.bytes)
      }),
    )
  })

  it('are settled in two octets for most buckets, where they lie close together', () => {
    const counts = countsOf(Array.from({ length: 2000 }, (_, index) => ((index * 7919) % 2000) / 1000))
    expect(counts.stored().values.length).toBe(2000)
    counts.settle()
    expect(counts.bytes).toBe(2 * 2000)
  })

  it('come back from their encoded form', () => {
    fc.assert(
      fc.property(values, (list) => {
        const counts = countsOf(list)
        const { min, max, sum, total } = counts
        const back = codec.decode(codec.encode(counts), { min, max, sum })
        expect([back.min, back.max, back.sum, back.total]).toEqual([min, max, sum, total])
        expect(codec.encode(back)).toBe(codec.encode(counts))
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    [-3, 0],
    [0.0004, 0],
    [0.0006, 1],
    [1.5, 1500],
    [1e12, highestCount],
  ])('take %d as %d thousandths', (value, expected) => {
    expect(toCount(value)).toBe(expected)
  })

  it('have no percentile when nothing was recorded', () => {
    expect(new Counts().percentiles([50, 99])).toEqual([null, null])
    expect(codec.encode(new Counts())).toBe('')
  })
})
