/** Messages with more are rare. */
const mostTokens = 128

/** What is a message's own, in the order in which it stands there; the same for every message, since there are many. */
export class Tokens {
  count = 0
  /** A hash of each, its kind, and where it stands. */
  readonly hashes = new Float64Array(mostTokens)
  readonly kinds = new Uint8Array(mostTokens)
  readonly starts = new Int32Array(mostTokens)
  readonly ends = new Int32Array(mostTokens)

  /** Some may be missing. */
  get isFull(): boolean {
    return this.count >= mostTokens
  }

  add(kind: number, hash: number, start: number, end: number): void {
    if (this.isFull) return
    this.hashes[this.count] = hash
    this.kinds[this.count] = kind
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }

  /** The first of a kind; -1 when there is none. */
  find(kind: number): number {
    const at = this.kinds.indexOf(kind)
    return at < this.count ? at : -1
  }
}
