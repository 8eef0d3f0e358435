import type { CapturedMessage } from '../../capture/captured-message.js'
import type { Address, TransportName } from '../../model/address.js'
import { SipMessage } from '../../sip/message/sip-message.js'
import { parseVia, type Via } from '../../sip/message/via.js'
import { Description } from './description.js'
import { type Element, elementAt } from './element.js'
import type { HopTransaction } from './hop-transaction.js'

/** What is known of a message before it is taken apart. */
interface MessageFacts {
  readonly isRequest: boolean
  /** Of the request, or of the CSeq of a response. */
  readonly method: string
  readonly status: number
  readonly cseq: number
  readonly viaCount: number
}

/** One sending of a SIP message over one hop. */
export class ObservedMessage {
  readonly captured: CapturedMessage
  readonly #facts: MessageFacts | undefined
  #sip: SipMessage | undefined = undefined
  /** A later sending of a message that the same hop has seen before. */
  isCopy = false
  /** The transaction that it belongs to on its hop; undefined for a response without one. */
  transaction: HopTransaction | undefined = undefined
  /** What a proxy received and passed on as this message, when the capture shows both. */
  forwardedFrom: ObservedMessage | undefined = undefined
  #viaTexts: readonly string[] | undefined = undefined
  #vias: readonly Via[] | undefined = undefined
  #description: Description | null | undefined = undefined
  #sender: Element | undefined = undefined
  #receiver: Element | undefined = undefined

  /** `facts`, where they are known, spare taking the message apart. */
  constructor(captured: CapturedMessage, facts?: MessageFacts) {
    this.captured = captured
    this.#facts = facts
  }

  get sip(): SipMessage {
    this.#sip ??= SipMessage.parse(this.captured.bytes)
    return this.#sip
  }

  get atMs(): number {
    return this.captured.atMs
  }

  get frames(): readonly number[] {
    return this.captured.frames
  }

  get source(): Address {
    return this.captured.source
  }

  get destination(): Address {
    return this.captured.destination
  }

  get transport(): TransportName {
    return this.captured.transport
  }

  get reliable(): boolean {
    return this.transport !== 'udp'
  }

  get sender(): Element {
    this.#sender ??= elementAt(this.source, this.transport, this.captured.connection)
    return this.#sender
  }

  get receiver(): Element {
    this.#receiver ??= elementAt(this.destination, this.transport, this.captured.connection)
    return this.#receiver
  }

  get isRequest(): boolean {
    return this.#facts?.isRequest ?? this.sip.isRequest
  }

  /** Of the request, or of the CSeq of a response. */
  get method(): string {
    return this.#facts?.method ?? (this.sip.isRequest ? this.sip.method : this.sip.cseqMethod)
  }

  /** 0 for requests. */
  get status(): number {
    return this.#facts?.status ?? this.sip.status
  }

  get cseq(): number {
    return this.#facts?.cseq ?? this.sip.cseq
  }

  /** How many Via values it has. */
  get viaCount(): number {
    return this.#facts?.viaCount ?? this.viaTexts.length
  }

  /** Via values from the top, as written. */
  get viaTexts(): readonly string[] {
    this.#viaTexts ??= this.sip.list('Via')
    return this.#viaTexts
  }

  get vias(): readonly Via[] {
    this.#vias ??= this.viaTexts.map(parseVia)
    return this.#vias
  }

  /** A request that has passed no proxy yet: what it says is its user agent's own. */
  get isFirstHop(): boolean {
    return this.isRequest && this.viaCount === 1
  }

  /** Its sender made it: no proxy that is seen to pass it on. */
  get isOriginal(): boolean {
    return this.forwardedFrom === undefined
  }

  /** The session description in its body; undefined without one. */
  get description(): Description | undefined {
    if (this.#description === undefined) this.#description = this.#readDescription() ?? null
    return this.#description ?? undefined
  }

  #readDescription(): Description | undefined {
    if (this.sip.bodyLength === 0 || this.captured.truncated) return undefined
    const type = this.sip.get('Content-Type')?.split(';', 1)[0]?.trim().toLowerCase()
    return type === 'application/sdp' ? Description.parse(this.sip.bodyText) : undefined
  }

  /** Sent between the same two addresses in the other direction. */
  answersOnSameHop(other: ObservedMessage): boolean {
    return sameEnd(this.source, other.destination) && sameEnd(this.destination, other.source)
  }
}

export const sameEnd = (a: Address, b: Address): boolean => a.port === b.port && a.host === b.host
