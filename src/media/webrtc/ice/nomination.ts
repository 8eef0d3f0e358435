import type { CandidatePair } from './candidate-pair.js'
import type { CheckList } from './check-list.js'

/** A valid pair is nominated so long after it was found, although a better one may still be found. */
const waitMs = 100

/** Regular nomination by the controlling side (RFC 8445 8.1.1). Pure: times come in as arguments. */
export class Nomination {
  #ripeMs = Number.POSITIVE_INFINITY
  #underWay = false

  /** When to look again. */
  get dueMs(): number {
    return this.#underWay ? Number.POSITIVE_INFINITY : this.#ripeMs
  }

  /** A pair is valid; true for the first one. */
  found(nowMs: number): boolean {
    if (this.#ripeMs !== Number.POSITIVE_INFINITY) return false
    this.#ripeMs = nowMs + waitMs
    return true
  }

  /** The pair to nominate now: the best valid one, once nothing better is to be expected or it has waited enough. */
  next(list: CheckList, nowMs: number): CandidatePair | undefined {
    const best = list.bestValid
    if (this.#underWay || !best || (list.hasOpenAbove(best) && nowMs < this.#ripeMs)) return undefined
    this.#underWay = true
    return best
  }

  /** The nominating check has its answer, or will get none. */
  checked(): void {
    this.#underWay = false
  }
}
