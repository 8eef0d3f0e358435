/** What the timers of an idle machine come late by: rounded up to a millisecond here and once more by the system. */
const firstGuessMs = 1.5
const stepMs = 0.1
const largestMs = 3
/** Timers that run together tell the same once. */
const togetherMs = 0.5

/**
 * Learns how late timers usually come, so that a delay of a known amount is of that amount. It follows the median: one
 * stall of the process, however long and of however many timers, is not how late they usually are.
 */
export class TimerLateness {
  #ms = firstGuessMs
  #notedMs = Number.NEGATIVE_INFINITY

  /** How much earlier than wanted a timer is to be armed. */
  get ms(): number {
    return this.#ms
  }

  /** A timer armed that much earlier runs now. */
  note(wantedMs: number, nowMs: number): void {
    if (nowMs - this.#notedMs < togetherMs) return
    this.#notedMs = nowMs
    this.#ms = Math.max(0, Math.min(largestMs, this.#ms + (nowMs > wantedMs ? stepMs : -stepMs)))
  }
}
