const sequenceModulus = 0x1_0000
const half = 0x8000

/**
 * The rollover counter of one source (RFC 3711 3.3.1 and appendix A): which multiple of 2^16 packets a sequence number
 * belongs to, seen from the highest one so far. The first is taken to be in the first round.
 */
export class PacketIndex {
  #rollover = 0
  #highest = -1

  /** Rollover counter of a packet with this sequence number; modulo 2^32. */
  rolloverOf(sequence: number): number {
    const highest = this.#highest
    if (highest < 0) return 0
    if (highest < half) return sequence - highest > half ? (this.#rollover - 1) >>> 0 : this.#rollover
    return highest - half > sequence ? (this.#rollover + 1) >>> 0 : this.#rollover
  }

  /** The packet is authentic: later ones are judged from the highest. */
  advance(rollover: number, sequence: number): void {
    if (this.#highest >= 0) {
      if (rollover === (this.#rollover - 1) >>> 0) return
      if (rollover === this.#rollover && sequence <= this.#highest) return
    }
    this.#rollover = rollover
    this.#highest = sequence
  }
}

/** Index of 48 bits as one number. */
export const indexOf = (rollover: number, sequence: number): number => rollover * sequenceModulus + sequence
