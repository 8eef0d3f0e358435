import { type Carrier, type DescriptionRole, OfferAnswer } from '../../sip/dialog/offer-answer.js'
import type { Conversation } from './conversation.js'
import type { Exchange, Offering, Revision } from './exchange.js'
import type { HopTransaction } from './hop-transaction.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

export interface Exchanges {
  readonly exchanges: Exchange[]
  readonly offerings: Offering[]
  readonly revisions: Revision[]
}

interface Step {
  readonly message: ObservedMessage
  readonly byCaller: boolean
  readonly carrier: Carrier | 'failure'
}

/** Follows offers and answers through every dialog of the conversation, hop by hop. */
export function findExchanges(conversation: Conversation): Exchanges {
  const found: Exchanges = { exchanges: [], offerings: [], revisions: [] }
  for (const creation of conversation.transactions) {
    if (creation.method !== 'INVITE' || creation.request.sip.toTag !== '') continue
    const tags = new Set(creation.responses.filter(({ status }) => status > 100).map(({ sip }) => sip.toTag))
    for (const tag of tags) {
      const follower = new ExchangeFollower(found)
      for (const step of stepsOf(conversation, creation, tag)) follower.step(step)
    }
  }
  return found
}

function stepsOf(conversation: Conversation, creation: HopTransaction, calleeTag: string): readonly Step[] {
  const { source: callerEnd, destination: calleeEnd, sip } = creation.request
  const steps: Step[] = []
  for (const transaction of conversation.transactions) {
    const { request } = transaction
    const forth = sameEnd(request.source, callerEnd) && sameEnd(request.destination, calleeEnd)
    const back = sameEnd(request.source, calleeEnd) && sameEnd(request.destination, callerEnd)
    const tags = [request.sip.fromTag, request.sip.toTag]
    const within = tags.includes(sip.fromTag) && tags.includes(calleeTag)
    if (!(forth || back) || !(within || transaction === creation)) continue
    for (const message of transaction.messages) {
      const ofOther = transaction === creation && !message.isRequest && message.sip.toTag !== calleeTag
      const carrier = message.isCopy || ofOther ? undefined : carrierOf(message)
      if (carrier !== undefined) steps.push({ message, byCaller: sameEnd(message.source, callerEnd), carrier })
    }
  }
  return steps.sort((a, b) => a.message.atMs - b.message.atMs)
}

const carriers: readonly string[] = ['INVITE', 'ACK', 'PRACK', 'UPDATE']

function carrierOf({ isRequest, method, status, sip }: ObservedMessage): Step['carrier'] | undefined {
  if (!carriers.includes(method)) return undefined
  if (isRequest) return method as Carrier
  if (status >= 300) return 'failure'
  if (method !== 'INVITE') return status >= 200 ? (`${method}-2xx` as Carrier) : undefined
  if (status >= 200) return '2xx'
  return sip.has('RSeq') ? 'reliable-1xx' : '1xx'
}

/** The open offer, with what its side had described before. */
interface Open extends Step {
  readonly before: ObservedMessage | undefined
}

/** One dialog on one hop. Where the capture lacks something, what is known ends: no answer is taken for another offer's. */
class ExchangeFollower {
  readonly #found: Exchanges
  #tracker = new OfferAnswer()
  #open: Open | undefined
  #previous: Exchange | undefined
  readonly #last = new Map<boolean, ObservedMessage>()

  constructor(found: Exchanges) {
    this.#found = found
  }

  step(step: Step): void {
    const { message, byCaller, carrier } = step
    if (carrier === 'failure') {
      if (this.#open !== undefined && isReaction(message, this.#open.message)) this.#reset(new OfferAnswer())
      return
    }
    const has = message.description !== undefined
    if (this.#open !== undefined && has && (carrier === 'INVITE' || carrier === 'UPDATE')) {
      this.#found.offerings.push(this.#offering(step))
      this.#reset(new OfferAnswer())
      this.#previous = undefined
    }
    const role = this.#roleOf(carrier, byCaller, has)
    if (role !== undefined) this.#describe(step, role)
    if (!has) return
    const before = this.#last.get(byCaller)
    if (before !== undefined) this.#found.revisions.push({ message, before })
    this.#last.set(byCaller, message)
  }

  #roleOf(carrier: Carrier, byCaller: boolean, has: boolean): DescriptionRole | undefined {
    if (carrier === 'INVITE') return this.#tracker.invite(byCaller ? 'local' : 'remote', has)
    if (!has) return undefined
    return byCaller ? this.#tracker.sent(carrier) : this.#tracker.received(carrier)
  }

  #describe(step: Step, role: DescriptionRole): void {
    const { message, byCaller } = step
    if (role === 'offer' || role === 'wrong') this.#found.offerings.push(this.#offering(step))
    if (role === 'offer') this.#open = { ...step, before: this.#last.get(byCaller) }
    else if (role === 'answer' && this.#open !== undefined) {
      const { message: offer, before } = this.#open
      const exchange = { offer, answer: message, previous: this.#previous, offererBefore: before }
      const isAnswer = isReaction(message, offer)
      if (isAnswer) this.#found.exchanges.push(exchange)
      this.#previous = isAnswer ? exchange : undefined
      this.#open = undefined
    }
  }

  #reset(tracker: OfferAnswer): void {
    this.#tracker = tracker
    this.#open = undefined
  }

  #offering({ message, byCaller }: Step): Offering {
    const open = this.#open?.message
    const answeredLater = open?.transaction?.responses.find(
      ({ atMs, status, isCopy }) => atMs > message.atMs && status >= 200 && !isCopy,
    )
    return { message, open, ownOffer: this.#open?.byCaller === byCaller, answeredLater }
  }
}

/** Whether `message` is where the answer to `offer` stands: RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5. */
function isReaction(message: ObservedMessage, offer: ObservedMessage): boolean {
  if (offer.isRequest)
    return !message.isRequest && message.method === offer.method && message.sip.cseq === offer.sip.cseq
  if (message.method === 'PRACK') return message.sip.get('RAck')?.startsWith(`${offer.sip.get('RSeq')} `) === true
  return message.method === 'ACK' && message.sip.cseq === offer.sip.cseq
}
