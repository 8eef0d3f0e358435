const firstPrime = 0x0100_0193
const secondPrime = 0x85eb_ca6b
/** Within 32 bits with a sign, as all that follows from it: the engine keeps those without a box. */
const firstSeed = 0x811c_9dc5 | 0
const span = 2 ** 21
const word = 2 ** 32

/** A running hash of numbers, of 53 bits: two of them with one value are the same but for one chance in 10^12 or so. */
export class NumberHash {
  #first = firstSeed
  #second = 0

  reset(): void {
    this.#first = firstSeed
    this.#second = 0
  }

  /** Takes a whole number. */
  add(number: number): void {
    const low = number | 0
    this.#mix(low)
    if (low !== number) this.#mix(Math.floor(number / word) | 0)
  }

  get value(): number {
    return joinHashes(this.#first, this.#second)
  }

  #mix(part: number): void {
    this.#first = Math.imul(this.#first ^ part, firstPrime)
    this.#first ^= this.#first >>> 15
    this.#second = Math.imul(this.#second + part, secondPrime) ^ (this.#second >>> 13)
  }
}

/** Two hashes of 32 bits as one number, with what of the second fits. */
export const joinHashes = (first: number, second: number): number =>
  (first >>> 0) * span + ((second ^ (second >>> 21)) & (span - 1))

const pair = new NumberHash()

/** One hash of two, in this order. */
export function joined(first: number, second: number): number {
  pair.reset()
  pair.add(first)
  pair.add(second)
  return pair.value
}
