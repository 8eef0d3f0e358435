import { matchingMethod, serverKey } from '../../sip/transaction/match.js'
import { ConversationKey } from '../precedent/conversation-key.js'
import { dialogMakers } from './dialog-makers.js'
import { HopTransaction } from './hop-transaction.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** Conversations that were judged before need none of their own. */
const none: never[] = []
const noKeys = new Map<string, HopTransaction[]>()
const lasting: ReadonlySet<string> = new Set([...dialogMakers, 'REGISTER'])

/**
 * All messages with one Call-ID. Transactions, dialogs, exchanges of offers and answers and passages through proxies are
 * found in it when it has ended.
 */
export class Conversation {
  readonly callId: string
  /** A hash of it. */
  readonly number: number
  /** It goes on from before: the capture or what is remembered of it begins within. */
  readonly resumed: boolean
  readonly messages: ObservedMessage[] = []
  /** Neighbours in the order of silence. */
  previous: Conversation | undefined = undefined
  next: Conversation | undefined = undefined
  /** By it alike conversations are found. */
  readonly key: ConversationKey
  /** Empty until they are arranged, like all that is made of the messages. */
  transactions: HopTransaction[] = none
  /** Responses to no request that was seen. */
  strays: ObservedMessage[] = none
  #isLasting = false
  #isEnded = false
  #byKey: Map<string, HopTransaction[]> = noKeys

  constructor(callId: string, number: number, resumed: boolean) {
    this.callId = callId
    this.number = number
    this.resumed = resumed
    this.key = new ConversationKey(resumed)
  }

  get lastMs(): number {
    return this.messages.at(-1)?.atMs ?? 0
  }

  add(message: ObservedMessage): void {
    this.messages.push(message)
    const { method, status, isRequest } = message
    if (isRequest || status < 200) return
    if (method === 'BYE') this.#isEnded = true
    else if (status < 300 && lasting.has(method)) this.#isLasting = true
  }

  /** It has an established dialog without BYE, or a registration, which go on after long silence. */
  get isLasting(): boolean {
    return this.#isLasting && !this.#isEnded
  }

  /** Puts the messages into transactions. */
  arrange(): void {
    this.transactions = []
    this.strays = []
    this.#byKey = new Map()
    for (const message of this.messages) {
      if (message.isRequest) this.#addRequest(message)
      else this.#addResponse(message)
    }
  }

  #addRequest(message: ObservedMessage): void {
    const key = serverKey(message.sip, matchingMethod(message.method))
    const known = this.#byKey.get(key) ?? []
    const transaction = known.find(({ request }) => onSameHop(request, message))
    if (transaction === undefined) {
      message.transaction = new HopTransaction(this, message)
      this.transactions.push(message.transaction)
      this.#byKey.set(key, [...known, message.transaction])
      return
    }
    message.transaction = transaction
    const earlier = message.method === transaction.method ? transaction.requests : transaction.acks
    message.isCopy = earlier.length > 0
    earlier.push(message)
  }

  #addResponse(message: ObservedMessage): void {
    const { topVia } = message.sip
    const key = `${topVia.branch} ${message.method} ${topVia.host}:${topVia.port ?? ''}`
    // An ACK that strays to another hop has the key of its INVITE, and no response of the INVITE is its own.
    const known = (this.#byKey.get(key) ?? this.#olderStyle(message)).filter(({ method }) => method === message.method)
    const transaction =
      known.find(({ request }) => message.answersOnSameHop(request)) ??
      known.findLast(({ request }) => request.destination.host === message.source.host) ??
      known.at(-1)
    if (transaction === undefined) {
      this.strays.push(message)
      return
    }
    message.transaction = transaction
    message.isCopy = transaction.responses.some((earlier) => isSameResponse(earlier, message))
    transaction.responses.push(message)
  }

  /** RFC 3261 17.2.3: without the magic cookie the branch means nothing. */
  #olderStyle(message: ObservedMessage): readonly HopTransaction[] {
    return this.transactions.filter(
      ({ request, method }) =>
        request.sip.cseq === message.sip.cseq &&
        method === message.method &&
        request.sip.fromTag === message.sip.fromTag &&
        request.vias[0]?.branch === message.sip.topVia.branch &&
        message.answersOnSameHop(request),
    )
  }

  /** The transaction of a request with this branch on the same hop: what a CANCEL or an ACK belongs to. */
  siblingOf(transaction: HopTransaction, method: string): HopTransaction | undefined {
    const key = serverKey(transaction.request.sip, matchingMethod(method))
    const known = (this.#byKey.get(key) ?? []).filter((each) => each.method === method)
    return (
      known.find((each) => onSameHop(each.request, transaction.request)) ??
      known.find((each) => each.request.source.host === transaction.request.source.host)
    )
  }
}

const onSameHop = (a: ObservedMessage, b: ObservedMessage): boolean =>
  sameEnd(a.source, b.source) && sameEnd(a.destination, b.destination)

const isSameResponse = (a: ObservedMessage, b: ObservedMessage): boolean =>
  a.status === b.status && a.sip.toTag === b.sip.toTag && a.sip.get('RSeq') === b.sip.get('RSeq')
