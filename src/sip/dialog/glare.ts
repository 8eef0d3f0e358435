import type { Rng } from '../../base/rng.js'
import type { OfferAnswer } from './offer-answer.js'

/** What to do with an INVITE or UPDATE that the far side sends within a dialog. */
export type Admission =
  | { readonly kind: 'take' }
  /** Ours is still pending: 491 Request Pending. */
  | { readonly kind: 'pending'; readonly status: 491 }
  /** Their earlier one is not answered yet: 500 with Retry-After. */
  | { readonly kind: 'busy'; readonly status: 500; readonly retryAfterSeconds: number }

const take: Admission = { kind: 'take' }
const pending: Admission = { kind: 'pending', status: 491 }

/**
 * Two sides that change a session at the same time (RFC 3261 14.1 and 14.2; RFC 3311 5.2): who may send an INVITE now,
 * and what an INVITE or UPDATE that arrives is answered.
 */
export class Glare {
  readonly #rng: Rng
  /** Our INVITE has no final response yet. */
  #ours = false
  /** We have not given a final response to theirs. */
  #theirs = false
  #theirUpdate = false

  constructor(rng: Rng) {
    this.#rng = rng
  }

  /** RFC 3261 14.1: no new INVITE while one is in progress in either direction. */
  get mayStart(): boolean {
    return !this.#ours && !this.#theirs
  }

  /** We sent an INVITE. */
  start(): void {
    this.#ours = true
  }

  /** Ours has its final response, or failed. */
  finish(): void {
    this.#ours = false
  }

  /** Their INVITE arrived; after `take` it counts as in progress until `answered`. */
  admit(): Admission {
    if (this.#theirs) return this.busy()
    if (this.#ours) return pending
    this.#theirs = true
    return take
  }

  /** We gave theirs its final response. */
  answered(): void {
    this.#theirs = false
  }

  /** Their UPDATE arrived; after `take` it counts as in progress until `updateAnswered`. */
  admitUpdate(exchange: OfferAnswer, hasOffer: boolean): Admission {
    if (this.#theirUpdate || (hasOffer && exchange.owesAnswer)) return this.busy()
    if (hasOffer && exchange.awaitingAnswer) return pending
    this.#theirUpdate = true
    return take
  }

  updateAnswered(): void {
    this.#theirUpdate = false
  }

  /**
   * After a 491: how long to wait before trying again, in units of 10 ms: 2.1 to 4 s for the side that chose the
   * dialog's Call-ID, up to 2 s for the other (RFC 3261 14.1).
   */
  retryDelayMs(ownsCallId: boolean): number {
    return ownsCallId ? this.#rng.integer(210, 400) * 10 : this.#rng.integer(0, 200) * 10
  }

  /** Theirs has to wait for an earlier one. RFC 3261 14.2, RFC 3311 5.2: Retry-After is uniform in 0 to 10 s. */
  busy(): Admission {
    return { kind: 'busy', status: 500, retryAfterSeconds: this.#rng.integer(0, 10) }
  }
}
