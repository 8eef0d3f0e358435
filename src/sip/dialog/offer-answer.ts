/** Messages that can carry a session description. `1xx` is unreliable, `reliable-1xx` one with RSeq. */
export type Carrier =
  | 'INVITE'
  | '1xx'
  | 'reliable-1xx'
  | '2xx'
  | 'ACK'
  | 'PRACK'
  | 'PRACK-2xx'
  | 'UPDATE'
  | 'UPDATE-2xx'

/**
 * What a session description is: an offer, the answer to the open offer, a preview of that answer in an unreliable
 * 1xx (RFC 3261 13.2.1: to be taken as the answer, and sent again unchanged), a copy of an answer that is already
 * known (to be ignored), or one that may not stand there.
 */
export type DescriptionRole = 'offer' | 'answer' | 'preview' | 'copy' | 'wrong'

type Side = 'local' | 'remote'

/** What each carrier may hold: an offer when none is open, an answer when the other side's offer is. */
const carrierTable = {
  INVITE: { offer: true, answer: false }, // RFC 3261 13.2.1, 14.1
  '1xx': { offer: false, answer: false }, // 13.2.1: only a preview
  'reliable-1xx': { offer: true, answer: true }, // 13.2.1 "reliable non-failure message"; RFC 3262 5
  '2xx': { offer: true, answer: true }, // 13.2.1
  ACK: { offer: false, answer: true }, // 13.2.1
  PRACK: { offer: true, answer: true }, // RFC 3262 5
  'PRACK-2xx': { offer: false, answer: true }, // RFC 3262 5
  UPDATE: { offer: true, answer: false }, // RFC 3311 5.1
  'UPDATE-2xx': { offer: false, answer: true }, // RFC 3311 5.2
} as const satisfies Record<Carrier, { readonly offer: boolean; readonly answer: boolean }>

const isInviteResponse = (carrier: Carrier): boolean =>
  carrier === '1xx' || carrier === 'reliable-1xx' || carrier === '2xx'

/**
 * Whose turn it is in the exchange of offers and answers of one dialog (RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5). Each
 * message with a description is shown to `sent` or `received`; INVITEs also without one.
 */
export class OfferAnswer {
  #open: Side | undefined = undefined
  /** The current INVITE's exchange is done: descriptions in further responses to it are copies. */
  #inviteSettled = false
  #complete = false

  /** RFC 3264 4: no offer may be made while one is open. */
  get mayOffer(): boolean {
    return this.#open === undefined
  }

  /** Our offer waits for its answer. */
  get awaitingAnswer(): boolean {
    return this.#open === 'local'
  }

  /** Their offer waits for our answer. */
  get owesAnswer(): boolean {
    return this.#open === 'remote'
  }

  /** At least one offer has been answered: there is a session. */
  get established(): boolean {
    return this.#complete
  }

  /** An INVITE is sent or received, with a description or (offer to come in its response) without. */
  invite(by: Side, hasDescription: boolean): DescriptionRole | undefined {
    this.#inviteSettled = false
    return hasDescription ? this.#carry(by, 'INVITE') : undefined
  }

  /** We send a description in a message other than INVITE. */
  sent(carrier: Exclude<Carrier, 'INVITE'>): DescriptionRole {
    return this.#carry('local', carrier)
  }

  /** A description arrived in a message other than INVITE. */
  received(carrier: Exclude<Carrier, 'INVITE'>): DescriptionRole {
    return this.#carry('remote', carrier)
  }

  /** The request with the open offer failed: the session stays as it was before (RFC 3261 14.1, RFC 3311 5.2). */
  rollBack(): void {
    this.#open = undefined
  }

  #carry(by: Side, carrier: Carrier): DescriptionRole {
    const allowed = carrierTable[carrier]
    if (this.#open === by) return 'wrong'
    if (this.#open !== undefined) {
      if (carrier === '1xx') return 'preview'
      if (!allowed.answer) return 'wrong'
      this.#open = undefined
      this.#complete = true
      this.#inviteSettled = true
      return 'answer'
    }
    if (isInviteResponse(carrier) && this.#inviteSettled) return 'copy'
    if (!allowed.offer) return 'wrong'
    this.#open = by
    return 'offer'
  }
}
