import { metricTable } from '../model/metric-table.js'
import type { HistogramSeries, MetricSeries, MetricTags } from '../model/result.js'
import { type Cell, CounterCell, GaugeCell, RatioCell } from './cell.js'
import { type Counts, countsPerUnit } from './counts.js'
import type { HistogramCodec } from './histogram.js'

const unitOf = (name: string): string => (metricTable as Record<string, { unit: string } | undefined>)[name]?.unit ?? ''

/** The mean keeps all its digits: with it the exact sum is known again when series are added up. */
function histogramSeries(name: string, tags: MetricTags, counts: Counts, codec: HistogramCodec): HistogramSeries {
  const { total, sum, min, max } = counts
  const [p1, p5, p50, p90, p95, p99, p999] = counts.percentiles([1, 5, 50, 90, 95, 99, 99.9] as const)
  const exact = (count: number): number | null => (total === 0 ? null : count / countsPerUnit)
  return {
    name,
    tags,
    kind: 'histogram',
    unit: unitOf(name),
    count: total,
    min: exact(min),
    mean: exact(sum / total),
    max: exact(max),
    p1,
    p5,
    p50,
    p90,
    p95,
    p99,
    p999,
    hdr: codec.encode(counts),
  }
}

/** Six decimals: more is noise of the arithmetic. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6

/** RFC 6076 3: a ratio whose denominator is 0 is undefined. */
export const ratioValue = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : round((numerator / denominator) * 100)

/** The public form of a cell. */
export function toSeries(name: string, tags: MetricTags, cell: Cell, codec: HistogramCodec): MetricSeries {
  switch (cell.kind) {
    case 'histogram':
      return histogramSeries(name, tags, cell, codec)
    case 'ratio': {
      const { numerator, denominator } = cell
      const value = ratioValue(numerator, denominator)
      return { name, tags, kind: 'ratio', unit: unitOf(name), numerator, denominator, value }
    }
    default:
      return { name, tags, kind: cell.kind, unit: unitOf(name), value: cell.value }
  }
}

/** Reads a series back, so that it can be added to others. */
export function fromSeries(series: MetricSeries, codec: HistogramCodec): Cell {
  switch (series.kind) {
    case 'histogram': {
      const count = (value: number | null): number => Math.round((value ?? 0) * countsPerUnit)
      const sum = Math.round((series.mean ?? 0) * countsPerUnit * series.count)
      return codec.decode(series.hdr, { min: count(series.min), max: count(series.max), sum })
    }
    case 'ratio': {
      const cell = new RatioCell()
      cell.record(series.numerator, series.denominator)
      return cell
    }
    default: {
      const cell = series.kind === 'counter' ? new CounterCell() : new GaugeCell()
      cell.value = series.value ?? 0
      return cell
    }
  }
}

/** The same tags with the same values, whatever their order. */
export function tagsKey(tags: MetricTags): string {
  const entries = Object.entries(tags).filter(([, value]) => value !== undefined)
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether `tags` lie within what `where` asks for. */
export function matches(tags: MetricTags, where: Readonly<Record<string, string>>): boolean {
  const values = tags as Readonly<Record<string, string | undefined>>
  for (const key in where) if (values[key] !== where[key]) return false
  return true
}

/** Whether anything was recorded. */
export const hasValue = (series: MetricSeries): boolean =>
  series.kind === 'histogram' ? series.count > 0 : series.value !== null
