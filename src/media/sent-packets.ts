/*
 * Before the records (native/sent_ring.h) stand as words the octets written and read, modulo 2^32, and the packets missed.
 * A record begins at a multiple of 16:
 *   0 time, double, ms | 8 row | 12 length | 16 packet
 */
const headBytes = 64
const recordBytes = 16
const [writtenWord, readWord, missedWord] = [0, 1, 2] as const
/** The row of a record that is none: the next one is the first of the memory. */
const turn = 0xffff_ffff

/** The bytes are valid only during the call. */
export type SentUser = (row: number, packet: Uint8Array, atMs: number) => void

/** Packets that a thread of the native part has sent, in clear, for whoever wants to see them. */
export class SentPackets {
  readonly ring: Uint8Array
  readonly #bytes: number
  readonly #words: Uint32Array
  readonly #doubles: Float64Array
  #read = 0
  #reading = false

  /** `bytes`: a power of two. */
  constructor(bytes: number) {
    const memory = new ArrayBuffer(headBytes + bytes)
    this.#bytes = bytes
    this.ring = new Uint8Array(memory)
    this.#words = new Uint32Array(memory)
    this.#doubles = new Float64Array(memory)
  }

  /** Packets that were sent while there was no room for them here. */
  get missed(): number {
    return Atomics.load(this.#words, missedWord)
  }

  /** Takes all there is; does nothing where it is called from within itself. */
  drain(deliver: SentUser): void {
    if (this.#reading) return
    this.#reading = true
    try {
      const written = Atomics.load(this.#words, writtenWord)
      while (this.#read !== written) {
        const octets = this.#deliver(headBytes + (this.#read % this.#bytes), deliver)
        this.#read = (this.#read + octets) >>> 0
        Atomics.store(this.#words, readWord, this.#read)
      }
    } finally {
      this.#reading = false
    }
  }

  /** The record at `start`: how many octets it takes. */
  #deliver(start: number, deliver: SentUser): number {
    const row = this.#words[start / 4 + 2] ?? turn
    if (row === turn) return headBytes + this.#bytes - start
    const length = this.#words[start / 4 + 3] ?? 0
    const from = start + recordBytes
    deliver(row, this.ring.subarray(from, from + length), this.#doubles[start / 8] ?? 0)
    return Math.ceil((recordBytes + length) / recordBytes) * recordBytes
  }
}
