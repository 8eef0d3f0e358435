import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { HistogramCell } from '../../src/metrics/cell.js'
import { HistogramRegistry, highestCount, readyHistograms } from '../../src/metrics/histogram.js'
import { percentile } from '../../src/metrics/series.js'
import { SparseCounts } from '../../src/metrics/sparse-counts.js'

let histograms: HistogramRegistry

beforeAll(readyHistograms)
beforeEach(() => {
  histograms = new HistogramRegistry()
})
afterEach(() => histograms.destroyAll())

const counts = fc.array(fc.integer({ min: 0, max: highestCount }), { maxLength: 2000 })

it('folds into the very histogram that would have taken the values itself', () => {
  fc.assert(
    fc.property(counts, counts, (first, second) => {
      const direct = new HistogramCell(histograms.build())
      const folded = new HistogramCell(histograms.build())
      const [a, b] = [new SparseCounts(), new SparseCounts()]
      for (const count of first) a.record(count)
      for (const count of second) b.record(count)
      for (const count of [...first, ...second]) direct.record(count / 1000)
      a.add(b)
      a.addTo(folded)
      expect(histograms.encode(folded.histogram)).toBe(histograms.encode(direct.histogram))
      expect([folded.min, folded.max]).toEqual([direct.min, direct.max])
      for (const percent of [0, 1, 50, 99, 100]) expect(percentile(folded, percent)).toBe(percentile(direct, percent))
      histograms.destroyAll()
    }),
    { numRuns: 30 },
  )
})
