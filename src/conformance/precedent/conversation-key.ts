import { NumberHash } from '../../capture/number-hash.js'
import type { LossLedger } from '../model/loss-ledger.js'
import type { ObservedMessage } from '../model/observed-message.js'
import type { Vantage } from '../model/vantage.js'
import { intervalOf } from './duration-marks.js'
import type { MessageForm } from './form-table.js'
import type { Tokens } from './tokens.js'

/** Conversations with more messages are rarely alike. */
const mostMessages = 16
/** Ports that mean something by themselves. */
const knownPorts: ReadonlySet<number> = new Set([80, 443, 5060, 5061])

/**
 * All that rules can see of a conversation but for its identifiers: the forms of its messages in order, who sent them to
 * whom, which of their tokens are the same, the times between them in coarse intervals, and whether
 * the capture begins or ends near each. It is a hash of 53 bits:
 * nothing but numbers is held while the conversation lasts.
 */
export class ConversationKey {
  readonly #hash = new NumberHash()
  #isSingular = false
  /** Tokens in the order in which they were met; ports and connections are among them. */
  readonly #tokens: number[] = []
  readonly #signatures: number[] = []

  constructor(resumed: boolean) {
    this.#hash.add(resumed ? 1 : 0)
  }

  /** Nothing else is like it. */
  markSingular(): void {
    this.#isSingular = true
    this.#tokens.length = 0
    this.#signatures.length = 0
  }

  /** `tokens` are what the message has beyond its form. */
  add(message: ObservedMessage, form: MessageForm | undefined, tokens: Tokens): void {
    if (this.#isSingular) return
    const own =
      form === undefined || this.#isStrange(message, form, tokens) ? undefined : this.#sign(message, form, tokens)
    // A copy of a message: timers are judged by when it came.
    if (own === undefined || this.#signatures.indexOf(own) >= 0) {
      this.markSingular()
      return
    }
    this.#signatures.push(own)
    this.#hash.add(own)
  }

  /** Too much, not whole, or a response to no request of the conversation, which may belong to another one. */
  #isStrange({ captured }: ObservedMessage, { isRequest, slots }: MessageForm, tokens: Tokens): boolean {
    if (captured.truncated || this.#signatures.length >= mostMessages) return true
    return !isRequest && this.#tokens.indexOf(tokens.hashes[slots.topBranch]!) < 0
  }

  #sign({ captured, sender, receiver }: ObservedMessage, form: MessageForm, tokens: Tokens): number {
    const { connection, webSocket } = captured
    signature.reset()
    signature.add(form.id)
    signature.add(sender.number)
    signature.add(receiver.number)
    this.#addPort(captured.source.port)
    this.#addPort(captured.destination.port)
    for (let at = 0; at < tokens.count; at++) signature.add(this.#ordinal(tokens.hashes[at]!))
    if (connection !== undefined) signature.add(this.#ordinal(-connection.id))
    if (webSocket !== undefined)
      signature.add(webSocket.opcode * 64 + webSocket.masked.length * 2 + webSocket.fragments)
    return signature.value
  }

  /** Undefined when it is like no other; `messages` are those of the conversation, which has ended. */
  value(messages: readonly ObservedMessage[], vantage: Vantage, ledger: LossLedger): number | undefined {
    if (this.#isSingular || ledger.isLossy(messages[0]!.atMs, messages.at(-1)!.atMs)) return undefined
    for (const { source, destination, atMs } of messages) {
      const places = (vantage.isAt(source.host) ? 1 : 0) + (vantage.isAt(destination.host) ? 2 : 0)
      this.#hash.add(places * 4 + ledger.edgesAt(atMs))
    }
    for (let from = 0; from < messages.length; from++)
      for (let to = from + 1; to < messages.length; to++)
        this.#hash.add(intervalOf(messages[to]!.atMs - messages[from]!.atMs))
    return this.#hash.value
  }

  #addPort(port: number): void {
    signature.add(knownPorts.has(port) ? -port : this.#ordinal(port))
  }

  #ordinal(token: number): number {
    const at = this.#tokens.indexOf(token)
    return at < 0 ? this.#tokens.push(token) - 1 : at
  }
}

/** Of the message in hand. */
const signature = new NumberHash()
