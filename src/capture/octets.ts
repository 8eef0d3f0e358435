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
  #memory = Buffer.alloc(blockBytes)
  #next = 1

  /** Copies octets of `bytes`. */
  keep(bytes: Buffer, from: number, end: number): Octets {
    const length = end - from
    if (this.#next + length + slackBytes > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(Math.max(blockBytes, 1 + length + slackBytes))
      this.#memory[0] = 0
      this.#next = 1
    }
    const memory = this.#memory
    const start = this.#next
    bytes.copy(memory, start, from, end)
    memory[start + length] = 0
    this.#next += length + 1
    return { memory, start, end: start + length }
  }
}
