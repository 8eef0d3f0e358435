import { type Carrier, OfferAnswer } from '../../sip/dialog/offer-answer.js'
import type { Conversation } from './conversation.js'
import type { Description } from './description.js'
import type { HopTransaction } from './hop-transaction.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** An offer and its answer as one hop saw them (RFC 3264). */
export interface Exchange {
  readonly offer: ObservedMessage
  readonly answer: ObservedMessage
  /** The last answered exchange before it on the same hop of the same dialog. */
  readonly previous: Exchange | undefined
}

/** A description that stands where RFC 3261 13.2.1, RFC 3262 5 and RFC 3311 5 allow none. */
export interface Misplaced {
  readonly message: ObservedMessage
  /** The offer that was open, if one was. */
  readonly open: ObservedMessage | undefined
  /** The open offer came from the same side. */
  readonly ownOffer: boolean
}

export interface Exchanges {
  readonly exchanges: readonly Exchange[]
  readonly misplaced: readonly Misplaced[]
}

/** What the two descriptions of an exchange are; both have one. */
export const offered = ({ offer }: Exchange): Description => offer.description!
export const answered = ({ answer }: Exchange): Description => answer.description!

/** The exchange before, seen from the party that sends `message`: what it described last. */
export function describedBefore(exchange: Exchange, message: ObservedMessage): ObservedMessage | undefined {
  const { previous } = exchange
  if (previous === undefined) return undefined
  return sameEnd(previous.offer.source, message.source) ? previous.offer : previous.answer
}

interface Step {
  readonly message: ObservedMessage
  readonly byCaller: boolean
  readonly carrier: Carrier | 'failure'
}

/** Follows offers and answers through every dialog of the conversation, hop by hop. */
export function findExchanges(conversation: Conversation): Exchanges {
  const exchanges: Exchange[] = []
  const misplaced: Misplaced[] = []
  for (const creation of conversation.transactions) {
    if (creation.method !== 'INVITE' || creation.request.sip.toTag !== '') continue
    const tags = new Set(creation.responses.filter(({ status }) => status > 100).map(({ sip }) => sip.toTag))
    for (const tag of tags) follow(stepsOf(conversation, creation, tag), exchanges, misplaced)
  }
  return { exchanges, misplaced }
}

function stepsOf(conversation: Conversation, creation: HopTransaction, calleeTag: string): readonly Step[] {
  const callerEnd = creation.request.source
  const calleeEnd = creation.request.destination
  const callerTag = creation.request.sip.fromTag
  const steps: Step[] = []
  for (const transaction of conversation.transactions) {
    const { request } = transaction
    const forth = sameEnd(request.source, callerEnd) && sameEnd(request.destination, calleeEnd)
    const back = sameEnd(request.source, calleeEnd) && sameEnd(request.destination, callerEnd)
    const [from, to] = [request.sip.fromTag, request.sip.toTag]
    const within = (from === callerTag && to === calleeTag) || (from === calleeTag && to === callerTag)
    if (!(forth || back) || !(within || transaction === creation)) continue
    for (const message of transaction.messages) {
      if (message.isCopy) continue
      const carrier = carrierOf(message)
      if (carrier === undefined || (!message.isRequest && message.sip.toTag !== calleeTag && forth)) continue
      steps.push({ message, byCaller: sameEnd(message.source, callerEnd), carrier })
    }
  }
  return steps.sort((a, b) => a.message.atMs - b.message.atMs)
}

function carrierOf(message: ObservedMessage): Step['carrier'] | undefined {
  const { method, status } = message
  if (message.isRequest)
    return method === 'ACK' || method === 'INVITE' || method === 'PRACK' || method === 'UPDATE' ? method : undefined
  if (method !== 'INVITE' && method !== 'PRACK' && method !== 'UPDATE') return undefined
  if (status >= 300) return 'failure'
  if (method === 'PRACK') return 'PRACK-2xx'
  if (method === 'UPDATE') return status >= 200 ? 'UPDATE-2xx' : undefined
  if (status >= 200) return '2xx'
  return message.sip.has('RSeq') ? 'reliable-1xx' : '1xx'
}

function follow(steps: readonly Step[], exchanges: Exchange[], misplaced: Misplaced[]): void {
  const tracker = new OfferAnswer()
  let open: Step | undefined
  let previous: Exchange | undefined
  for (const step of steps) {
    const { message, byCaller, carrier } = step
    const side = byCaller ? 'local' : 'remote'
    if (carrier === 'failure') {
      tracker.rollBack()
      open = undefined
      continue
    }
    const has = message.description !== undefined
    if (carrier === 'INVITE') {
      const role = tracker.invite(side, has)
      if (role === 'offer') open = step
      else if (role === 'wrong') misplaced.push(misplacedIn(step, open))
      continue
    }
    if (!has) continue
    const role = byCaller ? tracker.sent(carrier) : tracker.received(carrier)
    if (role === 'offer') open = step
    else if (role === 'answer' && open !== undefined) {
      previous = { offer: open.message, answer: message, previous }
      exchanges.push(previous)
      open = undefined
    } else if (role === 'wrong') {
      misplaced.push(misplacedIn(step, open))
    }
  }
}

const misplacedIn = ({ message, byCaller }: Step, open: Step | undefined): Misplaced => ({
  message,
  open: open?.message,
  ownOffer: open?.byCaller === byCaller,
})
