/** RFC 3711 3.3.2 asks for at least 64. */
const windowSize = 128

/** Which of the newest packet indexes were received (RFC 3711 3.3.2). */
export class ReplayWindow {
  readonly #bits = new Uint32Array(windowSize / 32)
  #highest = -1

  /** `replayed`: the index was received before. `too-old`: it lies before the window, so that nobody can tell. */
  check(index: number): 'replayed' | 'too-old' | undefined {
    if (index > this.#highest) return undefined
    if (index <= this.#highest - windowSize) return 'too-old'
    const bit = index % windowSize
    return ((this.#bits[bit >> 5] ?? 0) & (1 << (bit & 31))) === 0 ? undefined : 'replayed'
  }

  /** The packet is authentic and new. */
  accept(index: number): void {
    if (index > this.#highest) {
      this.#forget(index)
      this.#highest = index
    }
    const bit = index % windowSize
    this.#bits[bit >> 5]! |= 1 << (bit & 31)
  }

  /** Frees the window for all indexes after the highest, up to `index`. */
  #forget(index: number): void {
    if (index - this.#highest >= windowSize) {
      this.#bits.fill(0)
      return
    }
    for (let next = this.#highest + 1; next <= index; next++) {
      const bit = next % windowSize
      this.#bits[bit >> 5]! &= ~(1 << (bit & 31))
    }
  }
}
