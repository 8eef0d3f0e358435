import type { SipMessage } from '../sip/message/sip-message.js'

/** Something that was sent, that arrived, or that happened to a wire, in the order of time. */
export interface Entry {
  readonly atMs: number
  /** Which of our parties sent or received it: `caller`, `callee`. */
  readonly party: string
  readonly direction: 'sent' | 'received' | 'event'
  /** What the probe calls a message that it sent. */
  readonly label: string | undefined
  /** As on the wire, latin1; what happened in words for events. */
  readonly text: string
  /** Undefined for what is no SIP: keep-alives, media, events. */
  readonly message: SipMessage | undefined
}

export type SipEntry = Entry & { readonly message: SipMessage }

export const isSip = (entry: Entry): entry is SipEntry => entry.message !== undefined

/** One conversation between the parties of a probe and the target, as it was recorded. Judgements read nothing else. */
export class Exchange {
  readonly entries: readonly Entry[]

  constructor(entries: readonly Entry[]) {
    this.entries = entries
  }

  /** The last message that was sent by that name; a request that was repeated with credentials is the repeated one. */
  sent(label: string): SipEntry | undefined {
    return this.entries.findLast(
      (entry): entry is SipEntry => entry.direction === 'sent' && entry.label === label && isSip(entry),
    )
  }

  /** Responses to that request: same branch and method, at the party that sent it. */
  responses(label: string): readonly SipEntry[] {
    const request = this.sent(label)
    if (request === undefined) return []
    const { branch } = request.message.topVia
    const method = request.message.cseqMethod
    return this.received(request.party).filter(
      ({ message }) => !message.isRequest && message.topVia.branch === branch && message.cseqMethod === method,
    )
  }

  /** The first final response to it. */
  final(label: string): SipEntry | undefined {
    return this.responses(label).find(({ message }) => message.status >= 200)
  }

  finals(label: string): readonly SipEntry[] {
    return this.responses(label).filter(({ message }) => message.status >= 200)
  }

  /** Status of the first final response; 0 when there is none. */
  status(label: string): number {
    return this.final(label)?.message.status ?? 0
  }

  received(party: string): readonly SipEntry[] {
    return this.entries.filter(
      (entry): entry is SipEntry => entry.direction === 'received' && entry.party === party && isSip(entry),
    )
  }

  /** Requests that arrived at a party. */
  requests(party: string, method?: string): readonly SipEntry[] {
    return this.received(party).filter(
      ({ message }) => message.isRequest && (method === undefined || message.method === method),
    )
  }

  /** What arrived at `party` and was made of that request: same Call-ID, number and method. */
  forwarded(label: string, party: string): readonly SipEntry[] {
    const request = this.sent(label)?.message
    if (request === undefined) return []
    return this.requests(party, request.method).filter(
      ({ message }) => message.callId === request.callId && message.cseq === request.cseq,
    )
  }

  /** Whatever happened to the wire of a party: `closed`, `refused`. */
  event(party: string, text: string): Entry | undefined {
    return this.entries.find(
      (entry) => entry.direction === 'event' && entry.party === party && entry.text.startsWith(text),
    )
  }

  /** Bytes that arrived and are no SIP message. */
  others(party: string): readonly Entry[] {
    return this.entries.filter(
      (entry) => entry.direction === 'received' && entry.party === party && entry.message === undefined,
    )
  }
}
