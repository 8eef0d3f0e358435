const capacity = 64

/** Delays one after the other, in room for 64: when it is full every other one is given up, and so it goes on. */
export class DelayLog {
  readonly #delays = new Float32Array(capacity)
  #count = 0
  #stride = 1
  #seen = 0

  add(delayMs: number): void {
    if (this.#seen++ % this.#stride !== 0) return
    if (this.#count === capacity) {
      this.#count = capacity / 2
      this.#stride *= 2
      for (let i = 0; i < this.#count; i++) this.#delays[i] = this.#delays[2 * i] ?? 0
      // The one at hand has an odd place in the longer stride when the room was full; it is kept when it has not.
      if ((this.#seen - 1) % this.#stride !== 0) return
    }
    this.#delays[this.#count++] = delayMs
  }

  values(): number[] {
    return Array.from(this.#delays.subarray(0, this.#count), (delay) => Math.round(delay * 100) / 100)
  }
}
