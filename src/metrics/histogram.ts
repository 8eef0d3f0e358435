import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssembly,
} from 'hdr-histogram-js'

/** A histogram counts in thousandths of its metric's unit: microseconds for metrics in ms. */
export const countsPerUnit = 1000

/** One hour for metrics in ms. A larger value is counted as this one; no recording can fail. */
export const highestCount = 3_600_000_000

/** Must have resolved once in a thread before the first histogram is built there. */
export const readyHistograms = (): Promise<void> => initWebAssembly()

/**
 * Owns the life of WASM histograms: they live outside the garbage-collected heap, so every one is built here and
 * given back here. Three digits, one fixed range: any two can be added without loss.
 */
export class HistogramRegistry {
  readonly #live = new Set<Histogram>()

  get size(): number {
    return this.#live.size
  }

  build(): Histogram {
    const histogram = build({
      useWebAssembly: true,
      bitBucketSize: 32,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: highestCount,
      numberOfSignificantValueDigits: 3,
    })
    this.#live.add(histogram)
    return histogram
  }

  /** The empty text is an empty histogram. */
  decode(text: string): Histogram {
    if (text === '') return this.build()
    const histogram = decodeFromCompressedBase64(text, 32, true)
    this.#live.add(histogram)
    return histogram
  }

  encode(histogram: Histogram): string {
    return encodeIntoCompressedBase64(histogram)
  }

  destroy(histogram: Histogram): void {
    if (this.#live.delete(histogram)) histogram.destroy()
  }

  destroyAll(): void {
    for (const histogram of this.#live) histogram.destroy()
    this.#live.clear()
  }
}

/** A value in the metric's unit as the integer that histograms count. */
export function toCount(value: number): number {
  if (Number.isNaN(value)) throw new Error('a metric was given a value that is not a number')
  return Math.min(Math.max(Math.round(value * countsPerUnit), 0), highestCount)
}

export type { Histogram }
