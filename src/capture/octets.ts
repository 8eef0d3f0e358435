/** Octets that stand in memory with others; on both sides of them is a zero, and more memory behind it. */
export interface Octets {
  readonly memory: Buffer
  readonly start: number
  /** Behind the last of them. */
  readonly end: number
}

/** A part of them as latin1, which holds on to nothing. */
export const textOf = ({ memory }: Octets, from: number, end: number): string => memory.toString('latin1', from, end)

/** Whether the same octets stand at a place. */
export function standsAt(memory: Uint8Array, at: number, octets: Uint8Array): boolean {
  for (let index = 0; index < octets.length; index++) if (memory[at + index] !== octets[index]) return false
  return true
}

/** A block is held by the last that needs it, so that a few calls that go on and on may hold many: they are small. */
const blockBytes = 16_384
/** Whoever looks a few octets beyond the end is within the memory still. */
const slackBytes = 32

/** Keeps octets of many messages one behind the other: memory of its own for each would cost more than the copying. */
export class OctetStore {
  /** Where the last octets were kept. */
  memory = Buffer.alloc(blockBytes)
  #next = 1

  /** Copies octets of `bytes`; returns where they begin in `memory`. */
  keep(bytes: Buffer, from: number, end: number): number {
    const length = end - from
    if (this.#next + length + slackBytes > this.memory.length) {
      this.memory = Buffer.allocUnsafeSlow(Math.max(blockBytes, 1 + length + slackBytes))
      this.memory[0] = 0
      this.#next = 1
    }
    const start = this.#next
    bytes.copy(this.memory, start, from, end)
    this.memory[start + length] = 0
    this.#next += length + 1
    return start
  }

  /** The same for all of `bytes`. */
  keepAll(bytes: Buffer): Octets {
    const start = this.keep(bytes, 0, bytes.length)
    return { memory: this.memory, start, end: start + bytes.length }
  }
}
