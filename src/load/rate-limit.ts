import type { Limits } from '../model/scenario.js'

const CONCURRENCY_RETRY_MS = 5

/**
 * The hard limits of a scenario: no second holds more starts than `callsPerSecond`, and no moment more calls than
 * `concurrentCalls`, whatever the load curve says. What is held back shows as schedule lag.
 */
export class RateLimit {
  readonly #concurrent: number | undefined
  /** So many starts are allowed within the window: below one a second the window is longer. */
  readonly #starts: Float64Array
  readonly #windowMs: number
  #count = 0

  constructor(limits: Limits) {
    const perSecond = limits.callsPerSecond
    this.#concurrent = limits.concurrentCalls
    // The latest starts, oldest first, as a ring.
    this.#starts = new Float64Array(perSecond === undefined ? 0 : Math.max(1, Math.floor(perSecond)))
    this.#windowMs = perSecond !== undefined && perSecond < 1 ? 1000 / perSecond : 1000
  }

  /** How long to wait before a start is allowed; 0 now. */
  waitMs(nowMs: number, inProgress: number): number {
    if (this.#concurrent !== undefined && inProgress >= this.#concurrent) return CONCURRENCY_RETRY_MS
    const most = this.#starts.length
    if (most === 0 || this.#count < most) return 0
    const oldest = this.#starts[this.#count % most] ?? 0
    return Math.max(0, oldest + this.#windowMs - nowMs)
  }

  note(nowMs: number): void {
    if (this.#starts.length === 0) return
    this.#starts[this.#count % this.#starts.length] = nowMs
    this.#count++
  }
}
