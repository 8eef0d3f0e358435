import { deflateSync } from 'node:zlib'
import {
  build,
  decodeFromCompressedBase64,
  type Histogram,
  initWebAssembly,
  JsHistogram,
  type WasmHistogram,
} from 'hdr-histogram-js'
import { Counts, highestCount } from './counts.js'

/** Must have resolved once in a thread before the first recorder or merge there. */
export const readyHistograms = (): Promise<void> => initWebAssembly()

/** V2 compressed, with the flag for ZigZag LEB128 counts (HdrHistogram's own EncodableHistogram). */
const compressedCookie = 0x1c849314

/**
 * Writes and reads the encoded form, which other HdrHistogram implementations read. It owns one WASM histogram, which
 * lives outside the garbage-collected heap: whoever creates a codec destroys it.
 */
export class HistogramCodec {
  readonly #scratch: Histogram = build({
    useWebAssembly: true,
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestCount,
    numberOfSignificantValueDigits: 3,
  })

  /** Nothing recorded is the empty text. */
  encode(counts: Counts): string {
    if (counts.total === 0) return ''
    this.#scratch.reset()
    counts.each((count, times) => this.#scratch.recordValueWithCount(count, times))
    // node:zlib, since the library's own deflate costs three times as much and a result holds thousands of these.
    const content = deflateSync((this.#scratch as WasmHistogram).encode())
    const head = Buffer.alloc(8)
    head.writeUInt32BE(compressedCookie, 0)
    head.writeUInt32BE(content.length, 4)
    return Buffer.concat([head, content]).toString('base64')
  }

  /** The extremes and the sum are stored beside the text, which holds three digits only. */
  decode(text: string, exact: { min: number; max: number; sum: number }): Counts {
    const counts = new Counts()
    if (text === '') return counts
    const histogram = decodeFromCompressedBase64(text)
    if (!(histogram instanceof JsHistogram)) throw new Error('a stored histogram was not decoded in JavaScript')
    const values: number[] = []
    const times: number[] = []
    for (let index = 0; index < histogram.countsArrayLength; index++) {
      const count = histogram.getCountAtIndex(index)
      if (count === 0) continue
      values.push(histogram.valueFromIndex(index))
      times.push(count)
    }
    counts.restore(Uint32Array.from(values), Uint32Array.from(times), exact)
    return counts
  }

  destroy(): void {
    this.#scratch.destroy()
  }
}
