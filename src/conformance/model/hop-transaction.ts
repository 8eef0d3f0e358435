import type { Conversation } from './conversation.js'
import type { Element } from './element.js'
import type { ObservedMessage } from './observed-message.js'

/**
 * A transaction on one hop (RFC 3261 17): every sending of its request, of its responses, and of the ACK of a failed
 * INVITE, in the order of the capture. An ACK of a 2xx is a transaction of its own without responses.
 */
export class HopTransaction {
  readonly conversation: Conversation
  readonly method: string
  /** Sendings of the request; at least one. */
  readonly requests: ObservedMessage[]
  readonly responses: ObservedMessage[] = []
  /** ACKs with the branch of this INVITE. */
  readonly acks: ObservedMessage[] = []
  /** The transaction that a proxy received and opened this one for. */
  inbound: HopTransaction | undefined = undefined
  /** Those that a proxy opened for this one. */
  readonly outbound: HopTransaction[] = []

  constructor(conversation: Conversation, request: ObservedMessage) {
    this.conversation = conversation
    this.method = request.method
    this.requests = [request]
  }

  /** The first sending. */
  get request(): ObservedMessage {
    return this.requests[0]!
  }

  get client(): Element {
    return this.request.sender
  }

  get server(): Element {
    return this.request.receiver
  }

  get reliable(): boolean {
    return this.request.reliable
  }

  /** First sendings of provisional responses. */
  get provisionals(): readonly ObservedMessage[] {
    return this.responses.filter((response) => response.status < 200 && !response.isCopy)
  }

  /** First sendings of final responses: one, but for an INVITE that forked. */
  get finals(): readonly ObservedMessage[] {
    return this.responses.filter((response) => response.status >= 200 && !response.isCopy)
  }

  get final(): ObservedMessage | undefined {
    return this.responses.find((response) => response.status >= 200)
  }

  get accepted(): ObservedMessage | undefined {
    return this.responses.find((response) => response.status >= 200 && response.status < 300)
  }

  get last(): ObservedMessage {
    const ends = [this.requests.at(-1), this.responses.at(-1), this.acks.at(-1)]
    return ends.reduce<ObservedMessage>((last, each) => (each && each.atMs > last.atMs ? each : last), this.request)
  }

  /** Everything of it in the order of the capture. */
  get messages(): readonly ObservedMessage[] {
    return [...this.requests, ...this.responses, ...this.acks].sort((a, b) => a.atMs - b.atMs)
  }
}
