import type { CapturedHandshake, CapturedMessage, CaptureEvent } from '../capture/captured-message.js'
import { ConversationTable } from './conversation-table.js'
import { Judge } from './judge.js'
import { Memory } from './memory.js'
import { LossLedger } from './model/loss-ledger.js'
import { ObservedMessage } from './model/observed-message.js'
import { Vantage } from './model/vantage.js'
import { isWebSocketMessage } from './model/websocket-message.js'
import type { AnyRule } from './rule.js'
import { Tally } from './tally.js'

const maximumHandshakes = 10_000
const maximumSoftware = 2000

/** Takes what a capture holds, in order, and judges it by the rules. */
export class Inspector {
  readonly tally = new Tally()
  readonly ledger = new LossLedger()
  readonly vantage: Vantage
  /** What elements say they are: User-Agent or Server. */
  readonly software = new Map<string, string>()
  messages = 0
  readonly #judge: Judge
  readonly #memory = new Memory()
  readonly #conversations: ConversationTable
  /** Upgrade requests without their response, by connection. */
  readonly #handshakes = new Map<number, CapturedHandshake>()

  constructor(rules: readonly AnyRule[], vantage = new Vantage()) {
    this.vantage = vantage
    this.#judge = new Judge(rules, { vantage, memory: this.#memory }, this.ledger, this.tally)
    this.#conversations = new ConversationTable((conversation) => this.#judge.conversation(conversation))
  }

  event(event: CaptureEvent): void {
    if (event.kind === 'message') this.#message(event)
    else if (event.kind === 'websocket-handshake') this.#handshake(event)
    else if (event.kind === 'websocket-frame') this.#judge.webSocketFrame(event)
    else if (event.kind === 'loss') this.ledger.add(event)
    else this.ledger.saw(event.atMs)
  }

  /** Judges what is still in progress. */
  end(): void {
    this.#conversations.endAll()
    for (const request of this.#handshakes.values()) this.#judge.handshake({ request, response: undefined })
    this.#handshakes.clear()
  }

  #message(captured: CapturedMessage): void {
    this.ledger.saw(captured.atMs)
    if (isWebSocketMessage(captured)) this.#judge.webSocketMessage(captured)
    if (captured.content !== 'sip') return
    this.messages++
    this.vantage.saw(captured)
    const message = new ObservedMessage(captured)
    this.#memory.note(message)
    this.#noteSoftware(message)
    this.#conversations.add(message)
  }

  #noteSoftware(message: ObservedMessage): void {
    // A proxy passes on what the user agent says of itself.
    const own = message.isRequest ? message.isFirstHop : message.viaTexts.length === 1
    const text = own ? message.sip.get(message.isRequest ? 'User-Agent' : 'Server') : undefined
    const { name } = message.sender
    if (text !== undefined && this.software.size < maximumSoftware && !this.software.has(name))
      this.software.set(name, text)
  }

  #handshake(half: CapturedHandshake): void {
    this.ledger.saw(half.atMs)
    const id = half.connection?.id ?? 0
    if (half.part === 'request') {
      if (this.#handshakes.size < maximumHandshakes) this.#handshakes.set(id, half)
      return
    }
    const request = this.#handshakes.get(id)
    this.#handshakes.delete(id)
    if (request !== undefined) this.#judge.handshake({ request, response: half })
  }
}
