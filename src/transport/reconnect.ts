import type { Rng } from '../base/rng.js'

export interface BackOffTimes {
  readonly baseMs: number
  readonly maxMs: number
}

/** RFC 5626 4.5: base-time is shorter when no flow of the outbound proxy set is left. */
export const outboundBackOff = {
  allFlowsFailed: { baseMs: 30_000, maxMs: 1_800_000 },
  someFlowsLeft: { baseMs: 90_000, maxMs: 1_800_000 },
} as const satisfies Record<string, BackOffTimes>

/** How long to wait before the next attempt, spread so that thousands of phones do not come back at once. */
export class BackOff {
  readonly #times: BackOffTimes
  readonly #rng: Rng

  constructor(times: BackOffTimes, rng: Rng) {
    this.#times = times
    this.#rng = rng
  }

  /** RFC 5626 4.5: W = min(max-time, base-time * 2^consecutive-failures), of which 50 to 100 % are waited. */
  delayMs(consecutiveFailures: number): number {
    const upperMs = Math.min(this.#times.maxMs, this.#times.baseMs * 2 ** consecutiveFailures)
    return upperMs * (0.5 + this.#rng.next() / 2)
  }
}
