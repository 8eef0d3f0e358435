import type { MetricKind } from '../model/metric-table.js'
import type { Aggregate } from '../model/scenario.js'
import type { Cell } from './cell.js'
import { countsPerUnit } from './counts.js'
import { ratioValue } from './series.js'

/** What a threshold looks at: one figure of one series over the whole judged run or a window of it. */
export interface MeasureQuery {
  readonly metric: string
  readonly aggregate: Aggregate
  readonly where: Readonly<Record<string, string>>
  /** Milliseconds since load started. */
  readonly between: { readonly fromMs: number; readonly toMs: number } | undefined
}

export interface Measurement {
  readonly kind: MetricKind
  /** In the metric's unit; null when nothing was recorded, or the denominator is 0. */
  readonly value: number | null
  /** Values of a histogram, the denominator of a ratio. */
  readonly samples: number
  /** Of a ratio. */
  readonly hits: number
}

/** Answers thresholds: a recorder while it runs, or a stored result. */
export interface MeasureSource {
  measure(query: MeasureQuery): Measurement
}

/** One figure of a cell. `value` of a histogram is its largest: a limit without an aggregate holds for every value. */
export function measureCell(cell: Cell, aggregate: Aggregate): Measurement {
  switch (cell.kind) {
    case 'histogram': {
      const samples = cell.total
      return { kind: cell.kind, value: histogramFigure(), samples, hits: samples }
    }
    case 'ratio': {
      const { numerator, denominator } = cell
      const value = aggregate === 'count' ? denominator : ratioValue(numerator, denominator)
      return { kind: cell.kind, value, samples: denominator, hits: numerator }
    }
    default:
      return { kind: cell.kind, value: cell.value, samples: 1, hits: 1 }
  }

  function histogramFigure(): number | null {
    if (cell.kind !== 'histogram') return null
    const samples = cell.total
    if (aggregate === 'count') return samples
    if (samples === 0) return null
    if (aggregate === 'min') return cell.min / countsPerUnit
    if (aggregate === 'max' || aggregate === 'value') return cell.max / countsPerUnit
    if (aggregate === 'mean') return cell.sum / samples / countsPerUnit
    return cell.percentiles([Number(aggregate.slice(1))] as const)[0]
  }
}
