import { type Histogram, type HistogramRegistry, toCount } from './histogram.js'

/**
 * What a histogram series has seen: the counts, and the exact extremes, which the three digits of the counts lose.
 */
export class HistogramCell {
  readonly kind = 'histogram'
  readonly histogram: Histogram
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY

  constructor(histogram: Histogram) {
    this.histogram = histogram
  }

  record(value: number): number {
    const count = toCount(value)
    this.histogram.recordValue(count)
    if (count < this.min) this.min = count
    if (count > this.max) this.max = count
    return count
  }

  add(other: HistogramCell): void {
    this.histogram.add(other.histogram)
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  reset(): void {
    this.histogram.reset()
    this.min = Number.POSITIVE_INFINITY
    this.max = Number.NEGATIVE_INFINITY
  }
}

export class RatioCell {
  readonly kind = 'ratio'
  numerator = 0
  denominator = 0

  record(numerator: number, denominator: number): void {
    this.numerator += numerator
    this.denominator += denominator
  }

  add(other: RatioCell): void {
    this.record(other.numerator, other.denominator)
  }
}

export class CounterCell {
  readonly kind = 'counter'
  value = 0

  add(other: CounterCell): void {
    this.value += other.value
  }
}

/** The last value set; series that are added up (agents, shards) add their gauges. */
export class GaugeCell {
  readonly kind = 'gauge'
  value = 0

  add(other: GaugeCell): void {
    this.value += other.value
  }
}

export type Cell = HistogramCell | RatioCell | CounterCell | GaugeCell

export function createCell(kind: Cell['kind'], histograms: HistogramRegistry): Cell {
  switch (kind) {
    case 'histogram':
      return new HistogramCell(histograms.build())
    case 'ratio':
      return new RatioCell()
    case 'counter':
      return new CounterCell()
    case 'gauge':
      return new GaugeCell()
  }
}

/** Adds a cell to one of the same metric. */
export function addCell(into: Cell, from: Cell): void {
  if (into.kind === 'histogram' && from.kind === 'histogram') into.add(from)
  else if (into.kind === 'ratio' && from.kind === 'ratio') into.add(from)
  else if (into.kind === 'counter' && from.kind === 'counter') into.add(from)
  else if (into.kind === 'gauge' && from.kind === 'gauge') into.add(from)
  else throw new Error(`a ${from.kind} cannot be added to a ${into.kind}`)
}

export function destroyCell(cell: Cell, histograms: HistogramRegistry): void {
  if (cell.kind === 'histogram') histograms.destroy(cell.histogram)
}
