/**
 * A seeded generator (sfc32). The same seed and label give the same run: arrivals, durations, SSRCs and ids
 * never come from Math.random.
 */
export class Rng {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, label = '') {
    let h = 0x811c9dc5 ^ seed
    for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
    this.#a = h | 0
    this.#b = Math.imul(h ^ 0x9e3779b9, 0x85ebca6b) | 0
    this.#c = Math.imul(h ^ seed ^ 0xc2b2ae35, 0x27d4eb2f) | 0
    for (let i = 0; i < 15; i++) this.uint32()
  }

  /** An independent generator for a part of the run. */
  fork(label: string): Rng {
    return new Rng(this.uint32(), label)
  }

  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }

  /** Box-Muller. */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next())
  }

  /** Unguessable enough and unique for tags, branches and Call-IDs: 60 bits as twelve letters and digits. */
  token(): string {
    const a = this.uint32()
    const b = this.uint32()
    // Five bits a character; one call makes the text without numbers being written and joined.
    return String.fromCharCode(
      tokenCode(a),
      tokenCode(a >>> 5),
      tokenCode(a >>> 10),
      tokenCode(a >>> 15),
      tokenCode(a >>> 20),
      tokenCode(a >>> 25),
      tokenCode(b),
      tokenCode(b >>> 5),
      tokenCode(b >>> 10),
      tokenCode(b >>> 15),
      tokenCode(b >>> 20),
      tokenCode(b >>> 25),
    )
  }
}

/** a to v and 0 to 9. */
const tokenCode = (bits: number): number => {
  const digit = bits & 31
  return digit < 10 ? 48 + digit : 87 + digit
}
