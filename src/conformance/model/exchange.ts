import type { Description } from './description.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** An offer and its answer as one hop saw them (RFC 3264). */
export interface Exchange {
  readonly offer: ObservedMessage
  readonly answer: ObservedMessage
  /** The answered exchange before it on the same hop of the same dialog; undefined when something is missing between. */
  readonly previous: Exchange | undefined
  /** What each party described before in the same dialog, in whatever message. */
  readonly offererBefore: ObservedMessage | undefined
  readonly answererBefore: ObservedMessage | undefined
}

/** A description that stands where RFC 3261 13.2.1, RFC 3262 5 and RFC 3311 5 allow none. */
export interface Misplaced {
  readonly message: ObservedMessage
  /** The offer that was open, if one was. */
  readonly open: ObservedMessage | undefined
  /** The open offer came from the same side. */
  readonly ownOffer: boolean
  /** The response that the open offer's request got after this message: proof that it was still open. */
  readonly answeredLater: ObservedMessage | undefined
}

/** What the two descriptions of an exchange are; both have one. */
export const offered = ({ offer }: Exchange): Description => offer.description!
export const answered = ({ answer }: Exchange): Description => answer.description!

/** What the sender of `message` described in the answered exchange before. */
export function agreedBefore({ previous }: Exchange, message: ObservedMessage): Description | undefined {
  if (previous === undefined) return undefined
  return sameEnd(previous.offer.source, message.source) ? offered(previous) : answered(previous)
}
