import { Counts } from './counts.js'

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

  /** Gauges are peaks. */
  add(other: GaugeCell): void {
    this.value = Math.max(this.value, other.value)
  }
}

/** What one series has seen. */
export type Cell = Counts | RatioCell | CounterCell | GaugeCell

export function createCell(kind: Cell['kind']): Cell {
  switch (kind) {
    case 'histogram':
      return new Counts()
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
