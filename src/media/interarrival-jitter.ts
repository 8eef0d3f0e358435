/** A step of the transit time beyond this is a restarted media clock, not jitter. */
const clockRestartMs = 10_000

/** Interarrival jitter of one stream (RFC 3550 A.8), with mean and maximum of its running value. */
export class InterarrivalJitter {
  /** The running value in timestamp units. */
  units = 0
  maxMs = 0
  #sumMs = 0
  #count = 0
  #transitUnits = Number.NaN
  #unitsPerMs: number

  constructor(unitsPerMs: number) {
    this.#unitsPerMs = unitsPerMs
  }

  get ms(): number {
    return this.units / this.#unitsPerMs
  }

  get meanMs(): number {
    return this.#sumMs / this.#count
  }

  /** Timestamps that follow cannot be compared with those before: another source, or another clock rate. */
  restart(unitsPerMs: number): void {
    this.units *= unitsPerMs / this.#unitsPerMs
    this.#unitsPerMs = unitsPerMs
    this.#transitUnits = Number.NaN
  }

  push(timestamp: number, atMs: number): void {
    // Timestamps wrap at 2^32, so does their distance to the arrival time in the same units.
    const transit = atMs * this.#unitsPerMs - timestamp
    let step = transit - this.#transitUnits
    this.#transitUnits = transit
    if (step > 0x8000_0000) step -= 0x1_0000_0000
    else if (step < -0x8000_0000) step += 0x1_0000_0000
    if (Math.abs(step) <= clockRestartMs * this.#unitsPerMs) this.units += (Math.abs(step) - this.units) / 16
    this.#sumMs += this.ms
    this.#count++
    this.maxMs = Math.max(this.maxMs, this.ms)
  }
}
