import { toWire } from '../sip/message/wire.js'
import { joinHashes } from './number-hash.js'

const firstPrime = 0x0100_0193
const secondPrime = 0x85eb_ca6b
/** Within 32 bits with a sign, as all that follows from it: the engine keeps those without a box. */
const firstSeed = 0x811c_9dc5 | 0
/** Apart from every octet and word, as far as a hash can tell. */
const numberMark = 0x1_0001

/** A running hash of octets and of numbers between them, of 53 bits. */
export class OctetHash {
  #first = firstSeed
  #second = 0

  reset(): void {
    this.#first = firstSeed
    this.#second = 0
  }

  /** Four octets a step: the multiplications depend on each other and are what takes the time. */
  addOctets(bytes: Uint8Array, from: number, end: number): void {
    let first = this.#first
    let second = this.#second
    let at = from
    for (; at + 3 < end; at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
      first = Math.imul(first ^ word, firstPrime)
      first ^= first >>> 15
      second = Math.imul(second + word, secondPrime) ^ (second >>> 13)
    }
    for (; at < end; at++) {
      first = Math.imul(first ^ bytes[at]!, firstPrime)
      second = Math.imul(second + bytes[at]!, secondPrime) ^ (second >>> 13)
    }
    this.#first = first
    this.#second = second
  }

  /** Takes a whole number; of a large one the lower 32 bits. */
  add(value: number): void {
    this.#first = Math.imul(this.#first ^ (value * numberMark), firstPrime)
    this.#second = Math.imul(this.#second + value * numberMark, secondPrime) ^ (this.#second >>> 13)
  }

  get value(): number {
    return joinHashes(this.#first, this.#second)
  }
}

const ofText = new OctetHash()

/** Of a latin1 text. */
export function hashOf(text: string): number {
  ofText.reset()
  ofText.addOctets(toWire(text), 0, text.length)
  return ofText.value
}
