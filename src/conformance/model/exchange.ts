import type { Description } from './description.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** An offer and its answer as one hop saw them (RFC 3264). */
export interface Exchange {
  readonly offer: ObservedMessage
  readonly answer: ObservedMessage
  /** The answered exchange before it on the same hop of the same dialog; undefined when something is missing between. */
  readonly previous: Exchange | undefined
  /** What the offerer described before in the same dialog, in whatever message. */
  readonly offererBefore: ObservedMessage | undefined
}

/** An offer, or a description that can only be one, where none may be made while another is open (RFC 3264 4). */
export interface Offering {
  readonly message: ObservedMessage
  /** The offer that was open, if one was. */
  readonly open: ObservedMessage | undefined
  /** The open offer came from the same side. */
  readonly ownOffer: boolean
  /** The response that the open offer's request got after this message: proof that it was still open. */
  readonly answeredLater: ObservedMessage | undefined
}

/** What a party describes after it has described something before in the same dialog. */
export interface Revision {
  readonly message: ObservedMessage
  readonly before: ObservedMessage
}

/** What the two descriptions of an exchange are; both have one. */
export const offered = ({ offer }: Exchange): Description => offer.description!
export const answered = ({ answer }: Exchange): Description => answer.description!

/** What the sender of `message` described in the answered exchange before. */
export function agreedBefore({ previous }: Exchange, message: ObservedMessage): Description | undefined {
  if (previous === undefined) return undefined
  return sameEnd(previous.offer.source, message.source) ? offered(previous) : answered(previous)
}
