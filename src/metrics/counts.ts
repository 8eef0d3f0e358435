import { BucketMemory, type Buckets, droppedBits, packBuckets } from './packed-buckets.js'

const empty = new Uint32Array(0)
const noBuckets: Buckets = { values: empty, counts: empty }
/** What is unpacked of a histogram and of one that is added to it, and what they are together. */
const [ownMemory, otherMemory, sumMemory] = [new BucketMemory(), new BucketMemory(), new BucketMemory()]
/** Values wait here before they are sorted in, so that recording one is a store. */
const pendingLimit = 512
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
    this.#merge(other.#in(otherMemory))
    this.total += other.total
    this.sum += other.sum
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** Sets what a stored histogram held; the extremes and the sum are its writer's. */
  restore(values: Uint32Array, counts: Uint32Array, exact: { min: number; max: number; sum: number }): void {
    this.#merge({ values, counts })
    for (const count of counts) this.total += count
    this.sum += exact.sum
    this.min = Math.min(this.min, exact.min)
    this.max = Math.max(this.max, exact.max)
  }

  stored(): StoredCounts {
    this.#fold()
    const { values, counts } = this.#in(ownMemory)
    return { values: values.slice(), counts: counts.slice(), min: this.min, max: this.max, sum: this.sum }
  }

  /** Each bucket in use by its lowest value, in rising order. `visit` must not look into other counts: memory is shared. */
  each(visit: (count: number, times: number) => void): void {
    this.#fold()
    const { values, counts } = this.#in(ownMemory)
    for (let i = 0; i < values.length; i++) visit(values[i] as number, counts[i] as number)
  }

  /**
   * The values, in the metric's unit, at or below which these percentages (rising) of all values lie: the highest of
   * their bucket as HDR histograms have it, and never beyond the exact extremes. All null when nothing was recorded.
   */
  percentiles<Percents extends readonly number[]>(percents: Percents): { [I in keyof Percents]: number | null } {
    this.#fold()
    const { values, counts } = this.#in(ownMemory)
    let bucket = 0
    let reached = counts[0] ?? 0
    const found = percents.map((percent) => {
      if (this.total === 0) return null
      const wanted = Math.max(1, Math.ceil((percent / 100) * this.total - rounding))
      while (reached < wanted && bucket < counts.length - 1) reached += counts[++bucket] as number
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

  /** What is in use, unpacked into that memory where it is packed. */
  #in(memory: BucketMemory): Buckets {
    return this.#packed ? memory.unpack(this.#packed) : this.#buckets
  }

  #makeRoom(): void {
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
    this.#merge({ values: sorted.subarray(0, distinct), counts: times })
  }

  /** Memory is taken only where a bucket comes into use: most values of a long run lie in those that are. */
  #merge(added: Buckets): void {
    const own = this.#in(ownMemory)
    const length = lengthOfBoth(own.values, added.values)
    let sum = own
    if (length === own.values.length) increase(own, added)
    else {
      sum = this.#packed ? sumMemory.take(length) : { values: new Uint32Array(length), counts: new Uint32Array(length) }
      join(own, added, sum)
    }
    if (this.#packed) this.#packed = packBuckets(sum)
    else this.#buckets = sum
  }
}

function join(own: Buckets, added: Buckets, sum: Buckets): void {
  let a = 0
  let b = 0
  for (let i = 0; i < sum.values.length; i++) {
    const left = a < own.values.length ? (own.values[a] as number) : Number.POSITIVE_INFINITY
    const right = b < added.values.length ? (added.values[b] as number) : Number.POSITIVE_INFINITY
    sum.values[i] = Math.min(left, right)
    let count = 0
    if (left <= right) count += own.counts[a++] as number
    if (right <= left) count += added.counts[b++] as number
    sum.counts[i] = count
  }
}

/** All buckets that are added are in use already. */
function increase(own: Buckets, added: Buckets): void {
  let bucket = 0
  for (let i = 0; i < added.values.length; i++) {
    while (own.values[bucket] !== added.values[i]) bucket++
    own.counts[bucket] = (own.counts[bucket] as number) + (added.counts[i] as number)
  }
}

/** How many different values two lists have; both are in rising order. */
function lengthOfBoth(own: Uint32Array, others: Uint32Array): number {
  let common = 0
  let at = 0
  for (let i = 0; i < others.length; i++) {
    const value = others[i] as number
    while (at < own.length && (own[at] as number) < value) at++
    if (own[at] === value) common++
  }
  return own.length + others.length - common
}
