import { type MetricName, metricTable } from '../model/metric-table.js'
import type { MetricSeries, RunResult } from '../model/result.js'
import { addCell, type Cell } from './cell.js'
import { HistogramCodec } from './histogram.js'
import { type Measurement, type MeasureQuery, type MeasureSource, measureCell } from './measure.js'
import { fromSeries, hasValue, tagsKey } from './series.js'

/**
 * Answers thresholds from a stored result. Breakdowns are those that the result holds: any single tag, and what the
 * scenario's own thresholds asked for; another is answered by no data.
 */
export class StoredSource implements MeasureSource {
  readonly #result: Pick<RunResult, 'metrics' | 'timeline'>

  constructor(result: Pick<RunResult, 'metrics' | 'timeline'>) {
    this.#result = result
  }

  measure(query: MeasureQuery): Measurement {
    const key = tagsKey(query.where)
    const found = this.#candidates(query).filter(
      (series) => series.name === query.metric && tagsKey(series.tags) === key && hasValue(series),
    )
    const codec = new HistogramCodec()
    try {
      const cell = sum(found, codec)
      if (cell !== undefined) return measureCell(cell, query.aggregate)
      const { kind } = metricTable[query.metric as MetricName]
      return { kind, value: query.aggregate === 'count' ? 0 : null, samples: 0, hits: 0 }
    } finally {
      codec.destroy()
    }
  }

  #candidates({ between }: MeasureQuery): readonly MetricSeries[] {
    if (between === undefined) return this.#result.metrics
    return this.#result.timeline.slices
      .filter((slice) => slice.from * 1000 >= between.fromMs && slice.to * 1000 <= between.toMs)
      .flatMap((slice) => slice.metrics)
  }
}

function sum(series: readonly MetricSeries[], codec: HistogramCodec): Cell | undefined {
  const [first, ...rest] = series
  if (first === undefined) return undefined
  const cell = fromSeries(first, codec)
  for (const each of rest) addCell(cell, fromSeries(each, codec))
  return cell
}
