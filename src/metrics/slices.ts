import { RatioCell } from './cell.js'
import { toCount } from './histogram.js'
import type { Leaf } from './leaf.js'
import { SparseCounts } from './sparse-counts.js'

/** What one leaf saw in one slice. */
export type SliceCell = SparseCounts | RatioCell | { total: number }

/** A stretch of the run. Bounds are clock ms; `toMs` is outside. */
export interface Slice {
  readonly fromMs: number
  readonly toMs: number
  /** By leaf id. */
  readonly cells: (SliceCell | undefined)[]
}

export interface SliceOptions {
  readonly startMs: number
  readonly stepMs: number
  /** Times that no slice may span: the end of the warm-up and the edges of windows that will be judged. */
  readonly cutsMs: readonly number[]
  readonly maxSlices: number
}

/** Pairs joined each time a slice is begun while there are too many: thinning must not stop the load. */
const joinsPerStep = 4

/**
 * The run in slices, in order of time, without those in which nothing happened. A record belongs to the slice of its
 * own time, however late it comes. When there are too many slices the step is doubled and neighbours are joined, so
 * memory is bounded whatever the length of the run.
 */
export class Slices {
  readonly #options: SliceOptions
  readonly #slices: Slice[] = []
  #stepMs: number
  #joinAt = 0
  #last: Slice | undefined

  constructor(options: SliceOptions) {
    this.#options = options
    this.#stepMs = options.stepMs
  }

  get all(): readonly Slice[] {
    return this.#slices
  }

  recordValue(atMs: number, leaf: Leaf, value: number): void {
    const cells = this.#at(atMs).cells
    let cell = cells[leaf.id]
    if (cell === undefined) {
      cell = new SparseCounts()
      cells[leaf.id] = cell
    }
    if (cell instanceof SparseCounts) cell.record(toCount(value))
  }

  recordRatio(atMs: number, leaf: Leaf, numerator: number, denominator: number): void {
    const cells = this.#at(atMs).cells
    let cell = cells[leaf.id]
    if (cell === undefined) {
      cell = new RatioCell()
      cells[leaf.id] = cell
    }
    if (cell instanceof RatioCell) cell.record(numerator, denominator)
  }

  recordCount(atMs: number, leaf: Leaf, count: number): void {
    const cells = this.#at(atMs).cells
    const cell = cells[leaf.id]
    if (cell === undefined) cells[leaf.id] = { total: count }
    else if ('total' in cell) cell.total += count
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
    const slice: Slice = { fromMs, toMs, cells: [] }
    this.#slices.splice(index, 0, slice)
    if (index < this.#joinAt) this.#joinAt++
    settle(this.#slices[index - 8])
    if (this.#slices.length > maxSlices) this.#thin()
    return this.#slices[this.#indexOf(atMs)] as Slice
  }

  /** Joins a few neighbours that lie in one step of the doubled grid; doubles the grid when all have been joined. */
  #thin(): void {
    for (let joins = 0; joins < joinsPerStep; ) {
      const first = this.#slices[this.#joinAt]
      const second = this.#slices[this.#joinAt + 1]
      if (first === undefined || second === undefined) {
        this.#stepMs *= 2
        this.#joinAt = 0
        if (this.#stepMs > 1e9) return
        continue
      }
      if (!this.#joinable(first, second)) {
        this.#joinAt++
        continue
      }
      this.#slices.splice(this.#joinAt, 2, joined(first, second))
      this.#last = undefined
      joins++
    }
  }

  #joinable(first: Slice, second: Slice): boolean {
    const { startMs, cutsMs } = this.#options
    for (const cut of cutsMs) if (cut > first.fromMs && cut <= second.fromMs) return false
    const step = (slice: Slice) => Math.floor((slice.fromMs - startMs) / this.#stepMs)
    return step(first) === step(second)
  }
}

function settle(slice: Slice | undefined): void {
  if (slice === undefined) return
  for (const cell of slice.cells) if (cell instanceof SparseCounts) cell.settle()
}

function joined(first: Slice, second: Slice): Slice {
  const { cells } = first
  second.cells.forEach((cell, id) => {
    const own = cells[id]
    if (cell === undefined) return
    if (own === undefined) cells[id] = cell
    else if (own instanceof SparseCounts && cell instanceof SparseCounts) own.add(cell)
    else if (own instanceof RatioCell && cell instanceof RatioCell) own.add(cell)
    else if ('total' in own && 'total' in cell) own.total += cell.total
  })
  return { fromMs: first.fromMs, toMs: second.toMs, cells }
}
