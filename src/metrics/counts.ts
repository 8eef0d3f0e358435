import { BucketList } from './bucket-list.js'
import { droppedBits, packBuckets, unpackBuckets } from './packed-buckets.js'

const empty = new Uint32Array(0)
const noBuckets = new BucketList()
/** What is unpacked of a histogram and of one that is added to it, over and over. */
const [ownUnpacked, otherUnpacked] = [new BucketList(), new BucketList()]
/** Values wait here before they are sorted in, so that recording one is a store. */
const pendingLimit = 1024
/** How often each of the values that are sorted in occurs: the same memory every time. */
const times = new Uint32Array(pendingLimit)

/** A histogram counts in thousandths of its metric's unit: microseconds for metrics in ms. */
export const countsPerUnit = 1000

/** One hour for metrics in ms. A larger value is counted as this one; no recording can fail. */
export const highestCount = 3_600_000_000

/** 99.9 / 100 * 1000 is a little more than 999: such noise must not ask for one value more. */
const rounding = 1e-6

/** A value in the metric's unit as the integer that is counted. */
export function toCount(value: number): number {
  if (Number.isNaN(value)) throw new Error('a metric was given a value that is not a number')
  return Math.min(Math.max(Math.round(value * countsPerUnit), 0), highestCount)
}

/** A histogram as plain data. */
export interface StoredCounts {
  readonly values: Uint32Array
  readonly counts: Uint32Array
  readonly min: number
  readonly max: number
  readonly sum: number
}

/** The lowest value that shares a bucket of such a histogram. */
const lowestEquivalent = (count: number): number => {
  const bits = droppedBits(count)
  return ((count >>> bits) << bits) >>> 0
}

/**
 * An HDR histogram that keeps only the buckets in use, sorted: the same three digits, range and percentiles, in a few
 * kilobytes instead of a hundred, so that every tag and every time slice can have its own. Added to another without
 * loss. Minimum, maximum and sum are exact.
 */
export class Counts {
  readonly kind = 'histogram'
  total = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  #buckets = noBuckets
  /** All buckets of a histogram that is settled. */
  #packed: Uint8Array | undefined
  #pending = empty
  #pendingLength = 0

  /** A value in the metric's unit. */
  record(value: number): void {
    const count = toCount(value)
    if (this.#pendingLength === this.#pending.length) this.#makeRoom()
    this.#pending[this.#pendingLength++] = lowestEquivalent(count)
    this.total++
    this.sum += count
    if (count < this.min) this.min = count
    if (count > this.max) this.max = count
  }

  add(other: Counts): void {
    this.#fold()
    other.#fold()
    const { values, counts, length } = other.#unpacked(otherUnpacked)
    this.#count(values, counts, length)
    this.total += other.total
    this.sum += other.sum
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** Sets what a stored histogram held; the extremes and the sum are its writer's. */
  restore(values: Uint32Array, counts: Uint32Array, exact: { min: number; max: number; sum: number }): void {
    this.#count(values, counts, values.length)
    for (const count of counts) this.total += count
    this.sum += exact.sum
    this.min = Math.min(this.min, exact.min)
    this.max = Math.max(this.max, exact.max)
  }

  stored(): StoredCounts {
    this.#fold()
    const { values, counts, length } = this.#unpacked(ownUnpacked)
    const { min, max, sum } = this
    return { values: values.slice(0, length), counts: counts.slice(0, length), min, max, sum }
  }

  /** Each bucket in use by its lowest value, in rising order. `visit` must not look into other counts: memory is shared. */
  each(visit: (count: number, times: number) => void): void {
    this.#fold()
    const { values, counts, length } = this.#unpacked(ownUnpacked)
    for (let i = 0; i < length; i++) visit(values[i] as number, counts[i] as number)
  }

  /**
   * The values, in the metric's unit, at or below which these percentages (rising) of all values lie: the highest of
   * their bucket as HDR histograms have it, and never beyond the exact extremes. All null when nothing was recorded.
   */
  percentiles<Percents extends readonly number[]>(percents: Percents): { [I in keyof Percents]: number | null } {
    this.#fold()
    const { values, counts, length } = this.#unpacked(ownUnpacked)
    let bucket = 0
    let reached = counts[0] ?? 0
    const found = percents.map((percent) => {
      if (this.total === 0) return null
      const wanted = Math.max(1, Math.ceil((percent / 100) * this.total - rounding))
      while (reached < wanted && bucket < length - 1) reached += counts[++bucket] as number
      const lowest = values[bucket] as number
      const highest = lowest + 2 ** droppedBits(lowest) - 1
      return Math.min(Math.max(highest, this.min), this.max) / countsPerUnit
    })
    return found as { [I in keyof Percents]: number | null }
  }

  /** Takes as little memory as it can from now on: for series in which little will still be recorded. */
  settle(): void {
    this.#fold()
    this.#pending = empty
    this.#packed ??= packBuckets(this.#buckets)
    this.#buckets = noBuckets
  }

  /** Memory for what is recorded. */
  get bytes(): number {
    const { values, counts } = this.#buckets
    return this.#pending.byteLength + (this.#packed?.byteLength ?? values.byteLength + counts.byteLength)
  }

  /** What is in use, in that list where it is packed. */
  #unpacked(list: BucketList): BucketList {
    if (this.#packed === undefined) return this.#buckets
    unpackBuckets(this.#packed, list)
    return list
  }

  #makeRoom(): void {
    if (this.#pending.length >= pendingLimit) {
      this.#fold()
      return
    }
    const larger = new Uint32Array(Math.min(Math.max(8, this.#pending.length * 4), pendingLimit))
    larger.set(this.#pending)
    this.#pending = larger
  }

  #fold(): void {
    if (this.#pendingLength === 0) return
    const sorted = this.#pending.subarray(0, this.#pendingLength).sort()
    let distinct = 0
    for (let i = 0; i < sorted.length; i++) {
      if (i > 0 && sorted[i] === sorted[distinct - 1]) {
        times[distinct - 1] = (times[distinct - 1] as number) + 1
        continue
      }
      sorted[distinct] = sorted[i] as number
      times[distinct++] = 1
    }
    this.#pendingLength = 0
    this.#count(sorted, times, distinct)
  }

  #count(values: Uint32Array, counts: Uint32Array, length: number): void {
    if (length === 0) return
    if (this.#packed === undefined && this.#buckets === noBuckets) this.#buckets = new BucketList()
    const buckets = this.#unpacked(ownUnpacked)
    buckets.add(values, counts, length)
    if (this.#packed !== undefined) this.#packed = packBuckets(buckets)
  }
}
