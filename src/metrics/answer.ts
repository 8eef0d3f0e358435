import { type MetricName, metricTable } from '../model/metric-table.js'
import type { MetricSeries } from '../model/result.js'
import { addCell, type Cell } from './cell.js'
import type { HistogramCodec } from './histogram.js'
import { type Measurement, type MeasureQuery, measureCell } from './measure.js'
import { fromSeries, toSeries } from './series.js'

/** All that was recorded of what a threshold looks at. */
export interface Answer {
  readonly cell: Cell | undefined
  /** What nothing was recorded of has not happened, rather than being unknown. */
  readonly zero: boolean
}

/** An answer on its way to another process. */
export interface StoredAnswer {
  readonly series: MetricSeries | undefined
  readonly zero: boolean
}

export function measureAnswer({ metric, aggregate }: MeasureQuery, { cell, zero }: Answer): Measurement {
  if (cell !== undefined) return measureCell(cell, aggregate)
  const { kind } = metricTable[metric as MetricName]
  return { kind, value: zero || aggregate === 'count' ? 0 : null, samples: 0, hits: 0 }
}

export const storeAnswer = (metric: string, { cell, zero }: Answer, codec: HistogramCodec): StoredAnswer => ({
  series: cell && toSeries(metric, {}, cell, codec),
  zero,
})

/** The answers of parts of a run as that of the whole. */
export function mergeAnswers(parts: readonly StoredAnswer[], codec: HistogramCodec): Answer {
  let whole: Cell | undefined
  for (const { series } of parts) {
    if (series === undefined) continue
    const cell = fromSeries(series, codec)
    if (whole === undefined) whole = cell
    else addCell(whole, cell)
  }
  return { cell: whole, zero: parts.some(({ zero }) => zero) }
}
