import type { HistogramCell } from './cell.js'

const empty = new Uint32Array(0)
/** Values wait here before they are counted, so that recording one is a store. */
const pendingLimit = 512

/**
 * The counts of one series in one time slice: only the values that occurred, with as many digits as the HDR
 * histogram keeps (RFC-free choice: 11 significant bits), so that folding slices into a histogram loses nothing that
 * it would not lose itself. Small, and merged in linear time without the WASM heap.
 */
export class SparseCounts {
  #values = empty
  #counts = empty
  #pending = empty
  #pendingLength = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY

  /** `count` is a value as histograms count it. */
  record(count: number): void {
    if (this.#pendingLength === this.#pending.length) this.#grow()
    this.#pending[this.#pendingLength++] = significant(count)
    if (count < this.min) this.min = count
    if (count > this.max) this.max = count
  }

  add(other: SparseCounts): void {
    this.#fold()
    other.#fold()
    this.#merge(other.#values, other.#counts)
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  addTo(cell: HistogramCell): void {
    this.#fold()
    for (let i = 0; i < this.#values.length; i++) {
      cell.histogram.recordValueWithCount(this.#values[i] as number, this.#counts[i] as number)
    }
    cell.min = Math.min(cell.min, this.min)
    cell.max = Math.max(cell.max, this.max)
  }

  /** Gives the waiting room back: for slices that lie so far back that few records will still come. */
  settle(): void {
    this.#fold()
    this.#pending = empty
  }

  #grow(): void {
    if (this.#pending.length >= pendingLimit) {
      this.#fold()
      return
    }
    const larger = new Uint32Array(Math.max(8, this.#pending.length * 4))
    larger.set(this.#pending)
    this.#pending = larger
  }

  #fold(): void {
    if (this.#pendingLength === 0) return
    const sorted = this.#pending.subarray(0, this.#pendingLength).sort()
    const counts = new Uint32Array(sorted.length)
    let distinct = 0
    for (let i = 0; i < sorted.length; i++) {
      if (i > 0 && sorted[i] === sorted[distinct - 1]) {
        counts[distinct - 1] = (counts[distinct - 1] as number) + 1
        continue
      }
      sorted[distinct] = sorted[i] as number
      counts[distinct++] = 1
    }
    this.#pendingLength = 0
    this.#merge(sorted.subarray(0, distinct), counts.subarray(0, distinct))
  }

  #merge(values: Uint32Array, counts: Uint32Array): void {
    const capacity = this.#values.length + values.length
    const mergedValues = new Uint32Array(capacity)
    const mergedCounts = new Uint32Array(capacity)
    let a = 0
    let b = 0
    let length = 0
    while (a < this.#values.length || b < values.length) {
      const left = a < this.#values.length ? (this.#values[a] as number) : Number.POSITIVE_INFINITY
      const right = b < values.length ? (values[b] as number) : Number.POSITIVE_INFINITY
      mergedValues[length] = Math.min(left, right)
      let sum = 0
      if (left <= right) sum += this.#counts[a++] as number
      if (right <= left) sum += counts[b++] as number
      mergedCounts[length++] = sum
    }
    this.#values = mergedValues.slice(0, length)
    this.#counts = mergedCounts.slice(0, length)
  }
}

/** The value with its 11 leading bits: the unit of an HDR histogram of three digits. */
function significant(count: number): number {
  const bits = 32 - Math.clz32(count)
  if (bits <= 11) return count
  const shift = bits - 11
  return ((count >>> shift) << shift) >>> 0
}
