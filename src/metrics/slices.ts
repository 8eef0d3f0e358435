import { metricTable } from '../model/metric-table.js'
import { addCell, type Cell, createCell } from './cell.js'
import type { Leaf } from './leaf.js'

/** A stretch of the run. Bounds are clock ms; `toMs` is outside. */
export interface Slice {
  readonly fromMs: number
  readonly toMs: number
  /** By leaf id. */
  readonly cells: (Cell | undefined)[]
  /** Memory of its histograms, when they were last settled. */
  bytes: number
}

export interface SliceOptions {
  readonly startMs: number
  readonly stepMs: number
  /** Times that no slice may span: the end of the warm-up and the edges of windows that will be judged. */
  readonly cutsMs: readonly number[]
  readonly maxSlices: number
  /** For histograms of all slices together: the longer a slice is, the more different values it has seen. */
  readonly maxBytes?: number
}

/** Cells of all slices together: with many groups of agents there are many leaves, and so fewer slices. */
const maxCells = 60_000
const usualMaxBytes = 3 << 20
const leastSlices = 30
/** Few records come later than that. */
const recentMs = 8000
/** Joined each time one is begun: enough to shrink the number, too few to stop the load. */
const joinsPerSlice = 2

/**
 * The run in slices, in order of time, without those in which nothing happened. A record belongs to the slice of its
 * own time, however late it comes. When slices are too many or too large the step is doubled and neighbours are joined, so
 * memory is bounded whatever the length of the run.
 */
export class Slices {
  readonly #options: SliceOptions
  readonly #slices: Slice[] = []
  #stepMs: number
  #joinAt = 0
  #last: Slice | undefined
  /** Of all slices. */
  #bytes = 0

  constructor(options: SliceOptions) {
    this.#options = options
    this.#stepMs = options.stepMs
  }

  get all(): readonly Slice[] {
    return this.#slices
  }

  /** Where a leaf counts what happened at this time. */
  cell(atMs: number, leaf: Leaf): Cell {
    const { cells } = this.#at(atMs)
    let cell = cells[leaf.id]
    if (cell === undefined) {
      cell = createCell(metricTable[leaf.name].kind)
      cells[leaf.id] = cell
    }
    return cell
  }

  #at(atMs: number): Slice {
    const last = this.#last
    if (last !== undefined && atMs >= last.fromMs && atMs < last.toMs) return last
    const index = this.#indexOf(atMs)
    const found = this.#slices[index]
    this.#last = found !== undefined && found.fromMs <= atMs ? found : this.#begin(atMs, index)
    return this.#last
  }

  /** The first slice that ends after `atMs`. */
  #indexOf(atMs: number): number {
    let low = 0
    let high = this.#slices.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#slices[middle] as Slice).toMs <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  #begin(atMs: number, index: number): Slice {
    const { startMs, cutsMs, maxSlices } = this.#options
    let fromMs = startMs + Math.floor((atMs - startMs) / this.#stepMs) * this.#stepMs
    let toMs = fromMs + this.#stepMs
    fromMs = Math.max(fromMs, this.#slices[index - 1]?.toMs ?? fromMs)
    toMs = Math.min(toMs, this.#slices[index]?.fromMs ?? toMs)
    for (const cut of cutsMs) {
      if (cut <= atMs) fromMs = Math.max(fromMs, cut)
      else toMs = Math.min(toMs, cut)
    }
    this.#slices.splice(index, 0, { fromMs, toMs, cells: [], bytes: 0 })
    if (index < this.#joinAt) this.#joinAt++
    // Further back than the first that is due: what came late after all made room for more of its kind, and where the step
    // has just doubled others became due at once.
    const recent = Math.ceil(recentMs / this.#stepMs)
    for (let back = recent; back <= 2 * recent + 1; back++) this.#settle(this.#slices[index - back])
    const limit = Math.min(maxSlices, this.#affordable())
    for (let joins = 0; joins < joinsPerSlice && this.#isTooMuch(limit); joins++) this.#thin()
    return this.#slices[this.#indexOf(atMs)] as Slice
  }

  #affordable(): number {
    const leaves = this.#slices[this.#slices.length >> 1]?.cells.length ?? 1
    return Math.max(leastSlices, Math.floor(maxCells / Math.max(1, leaves)))
  }

  #isTooMuch(limit: number): boolean {
    const { length } = this.#slices
    const { maxBytes = usualMaxBytes } = this.#options
    return length > limit || (this.#bytes > maxBytes && length > leastSlices)
  }

  #settle(slice: Slice | undefined): void {
    if (slice === undefined) return
    this.#bytes -= slice.bytes
    slice.bytes = 0
    for (const cell of slice.cells) {
      if (cell?.kind !== 'histogram') continue
      cell.settle()
      slice.bytes += cell.bytes
    }
    this.#bytes += slice.bytes
  }

  /**
   * Joins two neighbours that lie in one step of the grid; doubles the grid when all have been joined.
   */
  #thin(): void {
    for (;;) {
      const first = this.#slices[this.#joinAt]
      const second = this.#slices[this.#joinAt + 1]
      if (first === undefined || second === undefined) {
        this.#stepMs *= 2
        this.#joinAt = 0
        if (this.#stepMs > 1e9) return
      } else if (this.#joinable(first, second)) {
        const both = joined(first, second)
        this.#slices.splice(this.#joinAt, 2, both)
        this.#settle(both)
        return
      } else this.#joinAt++
    }
  }

  #joinable(first: Slice, second: Slice): boolean {
    const { startMs, cutsMs } = this.#options
    for (const cut of cutsMs) if (cut > first.fromMs && cut <= second.fromMs) return false
    const step = (slice: Slice) => Math.floor((slice.fromMs - startMs) / this.#stepMs)
    return step(first) === step(second)
  }
}

function joined(first: Slice, second: Slice): Slice {
  const { cells } = first
  second.cells.forEach((cell, id) => {
    const own = cells[id]
    if (cell === undefined) return
    if (own === undefined) cells[id] = cell
    else addCell(own, cell)
  })
  return { fromMs: first.fromMs, toMs: second.toMs, cells, bytes: first.bytes + second.bytes }
}
