const bucketCount = 64

/**
 * How long packets were on their way, as the arrival time less the place in the audio where each begins: the shortest of
 * every 64 ms of audio, for the last four seconds.
 */
export class TransitTimes {
  static readonly bucketMs = 64
  readonly #shortest = new Float64Array(bucketCount).fill(Number.POSITIVE_INFINITY)
  #latest = -1

  note(positionMs: number, transitMs: number): void {
    const bucket = Math.floor(positionMs / TransitTimes.bucketMs)
    for (let passed = Math.max(this.#latest, bucket - bucketCount) + 1; passed <= bucket; passed++) {
      this.#shortest[passed % bucketCount] = Number.POSITIVE_INFINITY
    }
    this.#latest = Math.max(this.#latest, bucket)
    const slot = bucket % bucketCount
    this.#shortest[slot] = Math.min(this.#shortest[slot] ?? 0, transitMs)
  }

  /** Of the packets that begin from `fromMs` to `toMs`; infinite when there were none. */
  shortest(fromMs: number, toMs: number): number {
    const first = Math.floor(Math.max(0, fromMs) / TransitTimes.bucketMs)
    const last = Math.floor(toMs / TransitTimes.bucketMs)
    let shortest = Number.POSITIVE_INFINITY
    for (let bucket = first; bucket <= last; bucket++) {
      shortest = Math.min(shortest, this.#shortest[bucket % bucketCount] ?? Number.POSITIVE_INFINITY)
    }
    return shortest
  }
}
