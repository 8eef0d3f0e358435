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

  /** Unguessable enough and unique for tags, branches and Call-IDs: 8 base-36 characters and more. */
  token(): string {
    return this.uint32().toString(36).padStart(7, '0') + (this.uint32() & 0xffffff).toString(36).padStart(5, '0')
  }
}
