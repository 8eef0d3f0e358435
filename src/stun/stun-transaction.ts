/** RFC 8489 6.2.1: how often a request is sent over UDP, and how long the last one is waited for. */
const requestCount = 7
const lastWaitFactor = 16
export const defaultRtoMs = 500

/** When a request is to be sent again, and when it has failed. Pure: times come in as arguments. */
export class StunTransaction {
  readonly id: string
  readonly bytes: Buffer
  /** When to call `next`. */
  dueMs: number
  #sent = 1
  #waitMs: number
  readonly #rtoMs: number

  constructor(id: string, bytes: Buffer, sentMs: number, rtoMs = defaultRtoMs) {
    this.id = id
    this.bytes = bytes
    this.#rtoMs = rtoMs
    this.#waitMs = rtoMs
    this.dueMs = sentMs + rtoMs
  }

  /** There is reason to think that a copy would be answered by then. */
  hasten(dueMs: number): void {
    this.dueMs = Math.min(this.dueMs, dueMs)
  }

  /** What to do now that it is due: the intervals double, and the last is 16 times the first. */
  next(nowMs: number): 'send' | 'fail' {
    if (this.#sent >= requestCount) return 'fail'
    this.#sent++
    this.#waitMs *= 2
    this.dueMs = nowMs + (this.#sent === requestCount ? lastWaitFactor * this.#rtoMs : this.#waitMs)
    return 'send'
  }
}
