import { type MetricName, metricTable } from '../model/metric-table.js'
import { addCell, type Cell, CounterCell, GaugeCell, HistogramCell, RatioCell } from './cell.js'
import { shareTags } from './definitions/target.js'
import type { HistogramRegistry } from './histogram.js'
import type { Leaf } from './leaf.js'
import { matches } from './series.js'
import type { Slice, SliceCell } from './slices.js'
import { SparseCounts } from './sparse-counts.js'

export type Where = Readonly<Record<string, string>>

/** Adds leaves up to the series that `where` asks for. `phase: warmup` asks for what is otherwise never counted. */
export class SeriesSum {
  readonly #scratch: HistogramCell

  constructor(histograms: HistogramRegistry) {
    this.#scratch = new HistogramCell(histograms.build())
  }

  /** Undefined when no leaf matches. A histogram is only valid until the next sum. */
  whole(name: MetricName, leaves: readonly Leaf[], where: Where): Cell | undefined {
    return this.#sum(name, leaves, where, (leaf, into) => addCell(into, leaf.cell))
  }

  slices(name: MetricName, leaves: readonly Leaf[], where: Where, slices: readonly Slice[]): Cell | undefined {
    let any = false
    const cell = this.#sum(name, leaves, where, (leaf, into) => {
      for (const slice of slices) {
        const part = slice.cells[leaf.id]
        if (part === undefined) continue
        any = true
        addSliceCell(into, part)
      }
    })
    return any ? cell : undefined
  }

  #sum(
    name: MetricName,
    leaves: readonly Leaf[],
    where: Where,
    add: (leaf: Leaf, into: Cell) => void,
  ): Cell | undefined {
    const { warmup, tags } = splitPhase(where)
    const cell = this.#empty(name)
    let any = false
    for (const leaf of leaves) {
      if (leaf.name !== name || leaf.warmup !== warmup || !matches(leaf.tags, tags)) continue
      add(leaf, cell)
      any = true
    }
    const share = shareTags[name]
    if (any && share !== undefined && cell.kind === 'ratio' && tags[share] !== undefined) {
      const { [share]: _, ...others } = tags
      const all = this.#sum(name, leaves, warmup ? { ...others, phase: 'warmup' } : others, add)
      if (all?.kind === 'ratio') cell.denominator = all.denominator
    }
    return any ? cell : undefined
  }

  #empty(name: MetricName): Cell {
    switch (metricTable[name].kind) {
      case 'histogram':
        this.#scratch.reset()
        return this.#scratch
      case 'ratio':
        return new RatioCell()
      case 'counter':
        return new CounterCell()
      case 'gauge':
        return new GaugeCell()
    }
  }
}

function splitPhase(where: Where): { warmup: boolean; tags: Where } {
  if (where.phase !== 'warmup') return { warmup: false, tags: where }
  const { phase: _, ...tags } = where
  return { warmup: true, tags }
}

function addSliceCell(into: Cell, part: SliceCell): void {
  if (part instanceof SparseCounts) {
    if (into.kind === 'histogram') part.addTo(into)
  } else if (part instanceof RatioCell) {
    if (into.kind === 'ratio') into.add(part)
  } else if (into.kind === 'counter') into.value += part.total
}
