import type { PacketFates } from './packet-fates.js'

/** RFC 3550 A.1. */
const maxDropout = 3000
const maxMisorder = 100
const sequenceModulus = 0x1_0000
/** Distinct sequence numbers that are remembered to tell duplicates: a power of two above `maxMisorder`. */
const windowSize = 128

/**
 * Where a sequence number falls (RFC 3550 A.1): ahead, behind and not seen yet, seen before, too far off to be believed,
 * or the second after a jump, which starts a new sequence.
 */
export type Placement = 'ahead' | 'late' | 'duplicate' | 'unbelieved' | 'restart'

/**
 * The sequence numbers of one source: extends them over their wraps, and settles the fate of each, in order, once no
 * packet of that number can come any more.
 */
export class SequenceWindow {
  readonly #fates: PacketFates
  readonly #received = new Uint32Array(windowSize / 32)
  readonly #discarded = new Uint32Array(windowSize / 32)
  #base = 0
  #highest = 0
  #cycles = 0
  #badSequence = -1
  /** Extended number up to which fates are settled. */
  #settled = 0

  constructor(fates: PacketFates) {
    this.#fates = fates
  }

  /** Begins with the first packet of a source. */
  start(sequence: number): void {
    this.#base = sequence
    this.#highest = sequence
    this.#cycles = 0
    this.#badSequence = -1
    this.#settled = sequence - 1
    this.#received.fill(0)
    this.#discarded.fill(0)
    this.#mark(this.#received, sequence)
  }

  get highest(): number {
    return this.#highest
  }

  get extendedHighest(): number {
    return this.#cycles + this.#highest
  }

  /** RFC 3550 A.3. */
  get expected(): number {
    return this.extendedHighest - this.#base + 1
  }

  /** RFC 3550 A.1 update_seq. */
  place(sequence: number): Placement {
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead === 0) return 'duplicate'
    if (ahead < maxDropout) {
      this.#advance(ahead)
      return 'ahead'
    }
    if (ahead > sequenceModulus - maxMisorder) return this.#late(sequence)
    if (sequence === this.#badSequence) return 'restart'
    this.#badSequence = (sequence + 1) & 0xffff
    return 'unbelieved'
  }

  /** The packet of this number, one of the last, was of no use. */
  discard(sequence: number): void {
    this.#mark(this.#discarded, sequence)
  }

  /** What is not settled yet is as it stands. For a copy of the fates at a report, or for all at the end of a source. */
  settleAll(fates: PacketFates): void {
    const last = this.extendedHighest
    for (let number = this.#settled + 1; number <= last; number++) this.#settle(number, fates)
  }

  /** Fates up to now are nobody's business: what follows is counted from the next number on. */
  forgive(): void {
    this.#settled = this.extendedHighest
  }

  #advance(ahead: number): void {
    for (let step = 0; step < ahead; step++) {
      if (this.#highest === 0xffff) this.#cycles += sequenceModulus
      this.#highest = (this.#highest + 1) & 0xffff
      const over = this.extendedHighest - maxMisorder
      if (over > this.#settled) {
        this.#settle(over, this.#fates)
        this.#settled = over
      }
      this.#clear(this.#received, this.#highest)
      this.#clear(this.#discarded, this.#highest)
    }
    this.#mark(this.#received, this.#highest)
  }

  #late(sequence: number): Placement {
    if (this.#marked(this.#received, sequence)) return 'duplicate'
    this.#mark(this.#received, sequence)
    const extended = this.extendedHighest - ((this.#highest - sequence) & 0xffff)
    // One that was sent before the first we heard widens what is expected.
    if (extended < this.#base) {
      if (this.#settled === this.#base - 1) this.#settled = extended - 1
      this.#base = extended
    }
    return 'late'
  }

  #settle(number: number, fates: PacketFates): void {
    if (!this.#marked(this.#received, number)) fates.missing(false)
    else if (this.#marked(this.#discarded, number)) fates.missing(true)
    else fates.received()
  }

  #mark(window: Uint32Array, sequence: number): void {
    const bit = sequence & (windowSize - 1)
    window[bit >> 5]! |= 1 << (bit & 31)
  }

  #clear(window: Uint32Array, sequence: number): void {
    const bit = sequence & (windowSize - 1)
    window[bit >> 5]! &= ~(1 << (bit & 31))
  }

  #marked(window: Uint32Array, sequence: number): boolean {
    const bit = sequence & (windowSize - 1)
    return ((window[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }
}
