import type { Clock } from '../../base/clock.js'
import { formatAddress } from '../../model/address.js'
import type { Candidate } from './candidate.js'

/** Where a candidate is, without where it came from. */
type Place = Pick<Candidate, 'transport' | 'address'>

/**
 * Targets that failed are left alone for a while (RFC 3263 4.3: a failed server should not be tried by the next
 * requests either; RFC 3261 21.5.4: not before Retry-After is over).
 */
export class TargetAvoidance {
  readonly #clock: Clock
  readonly #holdMs: number
  /** Made by the first failure: thousands of phones have none. */
  #untilMs: Map<string, number> | undefined

  constructor(clock: Clock, holdMs = 30_000) {
    this.#clock = clock
    this.#holdMs = holdMs
  }

  /** Marks a failure; `retryAfterSeconds` of a 503 replaces the usual time. */
  avoid(place: Place, retryAfterSeconds?: number): void {
    const holdMs = retryAfterSeconds === undefined ? this.#holdMs : retryAfterSeconds * 1000
    this.#untilMs ??= new Map()
    this.#untilMs.set(keyOf(place), this.#clock.nowMs() + holdMs)
  }

  /** It answered. */
  clear(place: Place): void {
    this.#untilMs?.delete(keyOf(place))
  }

  isAvoided(place: Place): boolean {
    if (!this.#untilMs || this.#untilMs.size === 0) return false
    const key = keyOf(place)
    const untilMs = this.#untilMs.get(key)
    if (untilMs === undefined) return false
    if (this.#clock.nowMs() < untilMs) return true
    this.#untilMs.delete(key)
    return false
  }

  /** Avoided candidates come last: when all are avoided, trying is better than giving up. */
  order<T extends Place>(candidates: readonly T[]): T[] {
    const avoided = candidates.filter((candidate) => this.isAvoided(candidate))
    return [...candidates.filter((candidate) => !avoided.includes(candidate)), ...avoided]
  }
}

const keyOf = (place: Place): string => `${place.transport} ${formatAddress(place.address)}`

/** Seconds of a Retry-After value such as `120 (in a meeting);duration=3600`; undefined when it breaks the grammar. */
export function parseRetryAfter(value: string | undefined): number | undefined {
  const match = /^\s*(\d{1,9})\s*(?:[;(]|$)/.exec(value ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}
