/** Every other coefficient of a half-band filter is zero; these stand 1, 3, 5 and 7 samples from the middle one of 1/2. */
const sides = [0.3057, -0.0765, 0.0271, -0.0076] as const
const reach = 7

/** 16 kHz to 8 kHz, flat over the tones of the mark. Delays by 7 samples of 16 kHz, which `delayMs` tells. */
export class Halver {
  static readonly delayMs = reach / 16
  readonly #line = new Float64Array(2 * reach + 1)

  /** Halves `count` samples (an even number) in place; returns how many are left. */
  halve(samples: Int16Array, count: number): number {
    const line = this.#line
    for (let i = 0; i < count; i += 2) {
      line.copyWithin(0, 2)
      line[2 * reach - 1] = samples[i] ?? 0
      line[2 * reach] = samples[i + 1] ?? 0
      let sum = (line[reach] ?? 0) / 2
      for (let side = 0; side < sides.length; side++) {
        const at = 2 * side + 1
        sum += (sides[side] ?? 0) * ((line[reach - at] ?? 0) + (line[reach + at] ?? 0))
      }
      samples[i >> 1] = sum
    }
    return count >> 1
  }
}
