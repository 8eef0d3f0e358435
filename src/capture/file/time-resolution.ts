/** Splits 64-bit timestamps of a pcapng interface into seconds and nanoseconds (if_tsresol, if_tsoffset). */
export class TimeResolution {
  seconds = 0
  nanoseconds = 0
  readonly #unitsPerSecond: bigint
  readonly #units: number
  readonly #offsetSeconds: number
  // The upper word changes every few seconds at most: what it stands for is kept.
  #high = -1
  #highSeconds = 0
  #highUnits = 0

  /** `resolution` is the octet of if_tsresol: a power of ten, or of two with the upper bit. */
  constructor(resolution: number, offsetSeconds: number) {
    const exponent = BigInt(resolution & 0x7f)
    this.#unitsPerSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent
    this.#units = Number(this.#unitsPerSecond)
    this.#offsetSeconds = offsetSeconds
  }

  /** Puts the time into `seconds` and `nanoseconds`. */
  split(high: number, low: number): void {
    if (this.#units > finestExact) {
      this.#splitFine(high, low)
      return
    }
    if (high !== this.#high) {
      const base = BigInt(high) << 32n
      this.#high = high
      this.#highSeconds = Number(base / this.#unitsPerSecond) + this.#offsetSeconds
      this.#highUnits = Number(base % this.#unitsPerSecond)
    }
    const units = this.#highUnits + low
    const whole = Math.floor(units / this.#units)
    this.seconds = this.#highSeconds + whole
    this.nanoseconds = Math.floor(((units - whole * this.#units) * 1e9) / this.#units)
  }

  #splitFine(high: number, low: number): void {
    const stamp = (BigInt(high) << 32n) + BigInt(low)
    this.seconds = Number(stamp / this.#unitsPerSecond) + this.#offsetSeconds
    this.nanoseconds = Number(((stamp % this.#unitsPerSecond) * 1_000_000_000n) / this.#unitsPerSecond)
  }
}

/** Up to this many units a second, units times nanoseconds are rounded by less than a nanosecond. */
const finestExact = 1e12
