import { inverseLog } from './tables.js'

const saturate = (value: number): number => Math.min(Math.max(value, -32_768), 32_767)

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit)

/** How a band differs from the other in adapting its quantizer (ITU-T G.722 3.5). */
export interface BandShape {
  /** Scale factor at reset (DETL 32, DETH 8). */
  readonly initialScale: number
  /** Upper limit of the logarithmic scale factor. */
  readonly largestLog: number
  /** Exponent from which the linear scale factor is shifted down. */
  readonly exponent: number
  /** Step of the logarithmic scale factor by code word. */
  readonly logSteps: Int16Array
}

/**
 * Adaptive predictor and quantizer scale of one band, the same in encoder and decoder (ITU-T G.722 3.5 and 3.6; block 4
 * of 6.2.1). All values are integers as in the Recommendation, so that both ends stay in step bit by bit.
 */
export class SubBand {
  /** SL or SH: the prediction of the next sample. */
  prediction = 0
  /** DETL or DETH: what the quantizer's levels are multiplied with. */
  scale: number
  readonly #shape: BandShape
  #logScale = 0
  /** Output of the zero section. */
  #zeroPrediction = 0
  /** D of the last six samples: quantized differences. */
  readonly #differences = new Int32Array(7)
  /** B: coefficients of the zero section. */
  readonly #zeros = new Int32Array(7)
  /** A: coefficients of the pole section. */
  #pole1 = 0
  #pole2 = 0
  /** R and P of the last two samples. */
  #reconstructed1 = 0
  #reconstructed2 = 0
  #partial1 = 0
  #partial2 = 0

  constructor(shape: BandShape) {
    this.#shape = shape
    this.scale = shape.initialScale
  }

  /** Takes the quantized difference of this sample and its code word; `prediction` and `scale` are then for the next. */
  adapt(difference: number, code: number): void {
    this.#adaptScale(code)
    const reconstructed = saturate(this.prediction + difference)
    const partial = saturate(this.#zeroPrediction + difference)
    this.#adaptPoles(partial)
    this.#adaptZeros(difference)
    this.#reconstructed2 = this.#reconstructed1
    this.#reconstructed1 = reconstructed
    this.#partial2 = this.#partial1
    this.#partial1 = partial
    this.#predict()
  }

  /** LOGSCL and SCALEL, or LOGSCH and SCALEH. */
  #adaptScale(code: number): void {
    const { logSteps, largestLog, exponent } = this.#shape
    const log = ((this.#logScale * 127) >> 7) + (logSteps[code] ?? 0)
    this.#logScale = Math.min(Math.max(log, 0), largestLog)
    const mantissa = inverseLog[(this.#logScale >> 6) & 31] ?? 0
    const shift = exponent - (this.#logScale >> 11)
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(partial: number): void {
    const sign = partial >> 15
    const scaled = saturate(this.#pole1 << 2)
    const cross = sign === this.#partial1 >> 15 ? Math.min(-scaled, 32_767) : scaled
    const drift = (sign === this.#partial2 >> 15 ? 128 : -128) + (cross >> 7) + ((this.#pole2 * 32_512) >> 15)
    this.#pole2 = clamp(drift, 12_288)
    const step = sign === this.#partial1 >> 15 ? 192 : -192
    // Keeps the poles within the unit circle.
    this.#pole1 = clamp(saturate(step + ((this.#pole1 * 32_640) >> 15)), saturate(15_360 - this.#pole2))
  }

  /** UPZERO, and the delay line of the zero section. */
  #adaptZeros(difference: number): void {
    const differences = this.#differences
    const zeros = this.#zeros
    const sign = difference >> 15
    const step = difference === 0 ? 0 : 128
    for (let i = 6; i > 0; i--) {
      const gradient = (differences[i] ?? 0) >> 15 === sign ? step : -step
      zeros[i] = saturate(gradient + (((zeros[i] ?? 0) * 32_640) >> 15))
    }
    differences.copyWithin(2, 1, 6)
    differences[1] = difference
  }

  /** FILTEP, FILTEZ and PREDIC. */
  #predict(): void {
    const poles =
      ((this.#pole1 * saturate(2 * this.#reconstructed1)) >> 15) +
      ((this.#pole2 * saturate(2 * this.#reconstructed2)) >> 15)
    let zeros = 0
    for (let i = 6; i > 0; i--) zeros += ((this.#zeros[i] ?? 0) * saturate(2 * (this.#differences[i] ?? 0))) >> 15
    this.#zeroPrediction = saturate(zeros)
    this.prediction = saturate(saturate(poles) + this.#zeroPrediction)
  }
}
