import type { Limits } from '../model/scenario.js'

const CONCURRENCY_RETRY_MS = 5

/**
 * The hard limits of a scenario: no second holds more starts than `callsPerSecond`, and no moment more calls than
 * `concurrentCalls`, whatever the load curve says. What is held back shows as schedule lag.
 */
export class RateLimit {
  readonly #perSecond: number | undefined
  readonly #concurrent: number | undefined
  /** Starts within the last second, oldest first, as a ring. */
  readonly #starts: Float64Array
  #count = 0

  constructor(limits: Limits) {
    this.#perSecond = limits.callsPerSecond === undefined ? undefined : Math.max(1, Math.floor(limits.callsPerSecond))
    this.#concurrent = limits.concurrentCalls
    this.#starts = new Float64Array(this.#perSecond ?? 0)
  }

  /** How long to wait before a start is allowed; 0 now. */
  waitMs(nowMs: number, inProgress: number): number {
    if (this.#concurrent !== undefined && inProgress >= this.#concurrent) return CONCURRENCY_RETRY_MS
    if (this.#perSecond === undefined || this.#count < this.#perSecond) return 0
    const oldest = this.#starts[this.#count % this.#perSecond] ?? 0
    return Math.max(0, oldest + 1000 - nowMs)
  }

  note(nowMs: number): void {
    if (this.#perSecond === undefined) return
    this.#starts[this.#count % this.#perSecond] = nowMs
    this.#count++
  }
}
