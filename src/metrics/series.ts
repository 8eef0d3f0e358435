import { metricTable } from '../model/metric-table.js'
import type { HistogramSeries, MetricSeries, MetricTags } from '../model/result.js'
import { type Cell, CounterCell, GaugeCell, HistogramCell, RatioCell } from './cell.js'
import { countsPerUnit, type Histogram, type HistogramRegistry } from './histogram.js'

const unitOf = (name: string): string => (metricTable as Record<string, { unit: string } | undefined>)[name]?.unit ?? ''

/** The value below or at which `percent` of the values lie, in the metric's unit, never beyond the exact extremes. */
export function percentile(cell: HistogramCell, percent: number): number | null {
  if (cell.histogram.totalCount === 0) return null
  return clamp(cell.histogram.getValueAtPercentile(percent), cell) / countsPerUnit
}

const clamp = (count: number, cell: HistogramCell): number => Math.min(Math.max(count, cell.min), cell.max)

function histogramSeries(
  name: string,
  tags: MetricTags,
  cell: HistogramCell,
  histograms: HistogramRegistry,
): HistogramSeries {
  const { histogram } = cell
  const count = histogram.totalCount
  const at = (percent: number): number | null => percentile(cell, percent)
  return {
    name,
    tags,
    kind: 'histogram',
    unit: unitOf(name),
    count,
    min: count === 0 ? null : cell.min / countsPerUnit,
    mean: count === 0 ? null : round(clamp(histogram.mean, cell) / countsPerUnit),
    max: count === 0 ? null : cell.max / countsPerUnit,
    p1: at(1),
    p5: at(5),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    hdr: count === 0 ? '' : histograms.encode(histogram),
  }
}

/** Six decimals: more is noise of the arithmetic. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6

/** RFC 6076 3: a ratio whose denominator is 0 is undefined. */
export const ratioValue = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : round((numerator / denominator) * 100)

/** The public form of a cell. */
export function toSeries(name: string, tags: MetricTags, cell: Cell, histograms: HistogramRegistry): MetricSeries {
  switch (cell.kind) {
    case 'histogram':
      return histogramSeries(name, tags, cell, histograms)
    case 'ratio': {
      const { numerator, denominator } = cell
      const value = ratioValue(numerator, denominator)
      return { name, tags, kind: 'ratio', unit: unitOf(name), numerator, denominator, value }
    }
    default:
      return { name, tags, kind: cell.kind, unit: unitOf(name), value: cell.value }
  }
}

/** Reads a series back, so that it can be added to others. The caller destroys the cell. */
export function fromSeries(series: MetricSeries, histograms: HistogramRegistry): Cell {
  switch (series.kind) {
    case 'histogram': {
      const cell = new HistogramCell(decodeFixed(series.hdr, histograms))
      if (series.min !== null) cell.min = Math.round(series.min * countsPerUnit)
      if (series.max !== null) cell.max = Math.round(series.max * countsPerUnit)
      return cell
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

/** A decoded histogram is only as large as its values; one of the fixed range takes any other. */
function decodeFixed(text: string, histograms: HistogramRegistry): Histogram {
  const whole = histograms.build()
  if (text === '') return whole
  const decoded = histograms.decode(text)
  whole.add(decoded)
  histograms.destroy(decoded)
  return whole
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
