import { joined } from '../../capture/number-hash.js'
import { hashOf } from '../../capture/octet-hash.js'
import { type Octets, textOf } from '../../capture/octets.js'
import { SipMessage } from '../../sip/message/sip-message.js'
import { type MessageIdentity, magicCookie, senderOf } from '../model/message-identity.js'
import { FormScanner, tokenKind } from './message-form.js'
import type { Tokens } from './tokens.js'

/** Where a value stands among the tokens of a message. */
interface Slots {
  readonly callId: number
  readonly topBranch: number
  /** -1: sent-by has no port, or the same in every message of this form. */
  readonly viaPort: number
  /** -1: there is no tag. */
  readonly fromTag: number
  readonly toTag: number
}

/** What all messages of one form have in common. */
export interface MessageForm {
  readonly id: number
  readonly isRequest: boolean
  readonly method: string
  readonly status: number
  readonly cseq: number
  readonly viaCount: number
  /** User-Agent of a request, Server of a response. */
  readonly software: string | undefined
  /** The method and the host of the top Via, for `transactionOf`; the second with its port too. */
  readonly sender: number
  readonly senderAtPort: number
  readonly slots: Slots
}

const mostForms = 20_000
/** Forms are looked for in so many messages, and on when enough of them were met before. */
const trial = 20_000
const leastMet = 0.3

/** Forms that were met, by their number, and the tokens of the message in hand. */
export class FormTable {
  /** Grows when all forms are forgotten: ids of before mean nothing any more. */
  generation = 0
  readonly #forms = new Map<number, MessageForm | null>()
  readonly #scanner = new FormScanner()
  #octets: Octets = { memory: Buffer.alloc(0), start: 0, end: 0 }
  #asked = 0
  #met = 0
  #isWorthwhile = true

  /** Undefined for a message whose values do not stand where they usually do. */
  read(octets: Octets): MessageForm | undefined {
    if (!this.#isWorthwhile) return undefined
    const number = this.#scanner.scan(octets)
    if (number === undefined) return undefined
    this.#octets = octets
    const known = this.#forms.get(number)
    this.#count(known !== undefined)
    const form = known === undefined ? this.#learn(number) : known
    return form ?? undefined
  }

  /** Tokens of the message that was read last; valid until the next is read. */
  get tokens(): Tokens {
    return this.#scanner.tokens
  }

  /** What that message is recognized by. */
  identity({ slots, sender, senderAtPort }: MessageForm): MessageIdentity {
    const { hashes } = this.#scanner.tokens
    const from = slots.viaPort < 0 ? senderAtPort : joined(sender, hashes[slots.viaPort]!)
    return {
      callId: hashes[slots.callId]!,
      transaction: joined(from, hashes[slots.topBranch]!),
      fromTag: slots.fromTag < 0 ? 0 : hashes[slots.fromTag]!,
      toTag: slots.toTag < 0 ? 0 : hashes[slots.toTag]!,
    }
  }

  /** Its Call-ID, as a text that holds on to nothing. */
  callIdOf({ slots }: MessageForm): string {
    return this.#text(slots.callId)
  }

  #text(slot: number): string {
    if (slot < 0) return ''
    const { starts, ends } = this.#scanner.tokens
    return textOf(this.#octets, starts[slot]!, ends[slot]!)
  }

  /** Messages that are all different have no precedent: then looking for one is given up. */
  #count(isMet: boolean): void {
    this.#asked++
    if (isMet) this.#met++
    if (this.#asked < trial) return
    this.#isWorthwhile = this.#met >= leastMet * this.#asked
    this.#asked = 0
    this.#met = 0
  }

  #learn(number: number): MessageForm | null {
    if (this.#forms.size >= mostForms) {
      this.#forms.clear()
      this.generation++
    }
    const form = this.#formOf(this.#forms.size) ?? null
    this.#forms.set(number, form)
    return form
  }

  /** Takes the first message of a form apart, and finds where its values stand; undefined when one is not a token. */
  #formOf(id: number): MessageForm | undefined {
    const { memory, start, end } = this.#octets
    // The form outlives the message.
    const sip = SipMessage.parse(Buffer.from(memory.subarray(start, end)))
    // What Timestamp tells is compared with the clock.
    if (sip.has('Timestamp')) return undefined
    const { topVia, isRequest } = sip
    const { tokens } = this
    const slots = {
      callId: tokens.find(tokenKind.callId),
      topBranch: tokens.find(tokenKind.topBranch),
      viaPort: tokens.find(tokenKind.viaPort),
      fromTag: tokens.find(tokenKind.fromTag),
      toTag: tokens.find(tokenKind.toTag),
    }
    const method = isRequest ? sip.method : sip.cseqMethod
    const sender = senderOf(method, topVia.host)
    return this.#isUsual(sip, slots)
      ? {
          id,
          isRequest,
          method,
          status: sip.status,
          cseq: sip.cseq,
          viaCount: sip.list('Via').length,
          software: sip.get(isRequest ? 'User-Agent' : 'Server'),
          sender,
          senderAtPort: joined(sender, hashOf(`${topVia.port ?? ''}`)),
          slots,
        }
      : undefined
  }

  #isUsual({ callId, fromTag, toTag, topVia }: SipMessage, slots: Slots): boolean {
    return (
      slots.callId >= 0 &&
      this.#text(slots.callId) === callId &&
      slots.topBranch >= 0 &&
      `${magicCookie}${this.#text(slots.topBranch)}` === topVia.branch &&
      (slots.viaPort < 0 || this.#text(slots.viaPort) === `${topVia.port ?? ''}`) &&
      this.#text(slots.fromTag) === fromTag &&
      this.#text(slots.toTag) === toTag
    )
  }
}
