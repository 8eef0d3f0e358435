import { SipMessage } from '../../sip/message/sip-message.js'
import type { MessageIdentity } from '../model/message-identity.js'
import { FormScanner, tokenKind } from './message-form.js'

/** Where a value stands among the tokens of a message. */
interface Slots {
  readonly callId: number
  readonly topBranch: number
  /** -1: sent-by has no port of its own, and `sentBy` is all of it. */
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
  /** Host, colon and port of the top Via, without the port when it is a token. */
  readonly sentBy: string
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
  #text = ''
  #asked = 0
  #met = 0
  #isWorthwhile = true

  /** Undefined for a message whose values do not stand where they usually do. */
  read(text: string): MessageForm | undefined {
    if (!this.#isWorthwhile) return undefined
    const number = this.#scanner.scan(text)
    if (number === undefined) return undefined
    this.#text = text
    const known = this.#forms.get(number)
    this.#count(known !== undefined)
    const form = known === undefined ? this.#learn(number) : known
    return form ?? undefined
  }

  /** Hashes of the tokens of the message that was read last, in order; valid until the next is read. */
  get tokens(): readonly number[] {
    return this.#scanner.hashes
  }

  /** What that message is recognized by. */
  identity({ slots, sentBy }: MessageForm): MessageIdentity {
    return {
      callId: this.#at(slots.callId),
      branch: `z9hG4bK${this.#at(slots.topBranch)}`,
      sentBy: sentBy + this.#at(slots.viaPort),
      fromTag: this.#at(slots.fromTag),
      toTag: this.#at(slots.toTag),
    }
  }

  #at(slot: number): string {
    return slot < 0 ? '' : this.#text.slice(this.#scanner.starts[slot], this.#scanner.ends[slot])
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
    const sip = SipMessage.parse(Buffer.from(this.#text, 'latin1'))
    // What Timestamp tells is compared with the clock.
    if (sip.has('Timestamp')) return undefined
    const { topVia, isRequest } = sip
    const { kinds } = this.#scanner
    const slots = {
      callId: kinds.indexOf(tokenKind.callId),
      topBranch: kinds.indexOf(tokenKind.topBranch),
      viaPort: kinds.indexOf(tokenKind.viaPort),
      fromTag: kinds.indexOf(tokenKind.fromTag),
      toTag: kinds.indexOf(tokenKind.toTag),
    }
    const form = {
      id,
      isRequest,
      method: isRequest ? sip.method : sip.cseqMethod,
      status: sip.status,
      cseq: sip.cseq,
      viaCount: sip.list('Via').length,
      software: sip.get(isRequest ? 'User-Agent' : 'Server'),
      sentBy: `${topVia.host}:${slots.viaPort < 0 ? (topVia.port ?? '') : ''}`,
      slots,
    }
    const { callId, branch, sentBy, fromTag, toTag } = this.identity(form)
    const isUsual =
      callId === sip.callId &&
      branch === topVia.branch &&
      sentBy === `${topVia.host}:${topVia.port ?? ''}` &&
      fromTag === sip.fromTag &&
      toTag === sip.toTag
    return isUsual ? form : undefined
  }
}
