/** Width of a bucket of the send lateness histogram. */
const bucketMs = 0.1
const bucketCount = 5000

/**
 * How late packets left against their schedule: a histogram in steps of 0.1 ms up to 500 ms, later ones in the last
 * step. It is what the generator knows of its own pacing; gaps that it causes itself must not be blamed on a target.
 */
export class SendLag {
  readonly #buckets = new Uint32Array(bucketCount)
  readonly #elsewhere: Uint32Array
  #count = 0
  #maxMs = 0

  /** `elsewhere`: what another thread records, in the same steps, and after them their number and the longest in µs. */
  constructor(elsewhere: Uint32Array = new Uint32Array(bucketCount + 2)) {
    this.#elsewhere = elsewhere
  }

  get count(): number {
    return this.#count + (this.#elsewhere[bucketCount] ?? 0)
  }

  get maxMs(): number {
    return Math.max(this.#maxMs, (this.#elsewhere[bucketCount + 1] ?? 0) / 1000)
  }

  record(lagMs: number): void {
    const bucket = lagMs <= 0 ? 0 : Math.min(bucketCount - 1, Math.floor(lagMs / bucketMs))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count++
    if (lagMs > this.#maxMs) this.#maxMs = lagMs
  }

  /** Upper edge of the bucket that holds the percentile; undefined while nothing was sent. */
  percentileMs(percentile: number): number | undefined {
    if (this.count === 0) return undefined
    const rank = Math.max(1, Math.ceil((percentile / 100) * this.count))
    let seen = 0
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += this.#in(bucket)
      if (seen >= rank) return Math.min((bucket + 1) * bucketMs, this.maxMs)
    }
    return this.maxMs
  }

  /** Share of packets that left no later than `limitMs` after their time; 1 while nothing was sent. */
  shareWithin(limitMs: number): number {
    if (this.count === 0) return 1
    const last = Math.min(bucketCount, Math.round(limitMs / bucketMs))
    let within = 0
    for (let bucket = 0; bucket < last; bucket++) within += this.#in(bucket)
    return within / this.count
  }

  reset(): void {
    this.#buckets.fill(0)
    this.#elsewhere.fill(0)
    this.#count = 0
    this.#maxMs = 0
  }

  #in(bucket: number): number {
    return (this.#buckets[bucket] ?? 0) + (this.#elsewhere[bucket] ?? 0)
  }
}
