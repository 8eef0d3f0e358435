import type { CapturedFrame, CapturedHandshake, CapturedMessage, CaptureEvent } from '../capture/captured-message.js'
import { ConversationTable } from './conversation-table.js'
import { Judge } from './judge.js'
import { Memory } from './memory.js'
import { type Handshake, httpList, statusOf } from './model/handshake.js'
import { LossLedger } from './model/loss-ledger.js'
import { ObservedMessage } from './model/observed-message.js'
import { Vantage } from './model/vantage.js'
import { isWebSocketMessage } from './model/websocket-message.js'
import type { AnyRule } from './rule.js'
import { Tally } from './tally.js'

const maximumHandshakes = 10_000
const maximumSoftware = 2000

export interface InspectorOptions {
  readonly vantage?: Vantage
  /** Those of captures that were judged before, to count on. */
  readonly tally?: Tally
  readonly software?: Map<string, string>
  /** Name of the capture, before its evidence. */
  readonly label?: string
}

/** Takes what a capture holds, in order, and judges it by the rules. */
export class Inspector {
  readonly tally: Tally
  readonly ledger = new LossLedger()
  readonly vantage: Vantage
  /** What elements say they are: User-Agent or Server. */
  readonly software: Map<string, string>
  messages = 0
  readonly #judge: Judge
  readonly #memory = new Memory()
  readonly #conversations: ConversationTable
  /** Upgrades of connections on which no SIP was seen yet. */
  readonly #handshakes = new Map<number, Handshake>()

  constructor(rules: readonly AnyRule[], options: InspectorOptions = {}) {
    this.vantage = options.vantage ?? new Vantage()
    this.tally = options.tally ?? new Tally()
    this.software = options.software ?? new Map()
    const context = { vantage: this.vantage, memory: this.#memory }
    this.#judge = new Judge(rules, context, this.ledger, this.tally, options.label ?? '')
    this.#conversations = new ConversationTable((conversation) => this.#judge.conversation(conversation))
  }

  event(event: CaptureEvent): void {
    if (event.kind === 'message') this.#message(event)
    else if (event.kind === 'websocket-handshake') this.#handshake(event)
    else if (event.kind === 'websocket-frame') this.#frame(event)
    else if (event.kind === 'loss') this.ledger.add(event)
    else this.ledger.saw(event.atMs)
  }

  /** Judges what is still in progress. */
  end(): void {
    this.#conversations.endAll()
    for (const [id, handshake] of [...this.#handshakes]) this.#endHandshake(id, offersSip(handshake))
  }

  #message(captured: CapturedMessage): void {
    this.ledger.saw(captured.atMs)
    this.#keepAlive(captured)
    if (isWebSocketMessage(captured)) this.#judge.webSocketMessage(captured)
    if (captured.content !== 'sip') return
    this.#carriesSip(captured.connection?.id)
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

  #frame(frame: CapturedFrame): void {
    this.#keepAlive(frame)
    this.#judge.webSocketFrame(frame)
  }

  #keepAlive(sighting: CapturedMessage | CapturedFrame): void {
    const keepAlive = this.#memory.flows.saw(sighting)
    if (keepAlive !== undefined) this.#judge.keepAlive(keepAlive)
  }

  /** A connection that was opened may be for another protocol: it is judged once SIP is seen on it, or when it was refused. */
  #handshake(half: CapturedHandshake): void {
    this.ledger.saw(half.atMs)
    const id = half.connection?.id ?? 0
    const known = this.#handshakes.get(id)
    if (half.part === 'request') {
      if (this.#handshakes.size < maximumHandshakes) this.#handshakes.set(id, { request: half, response: undefined })
    } else if (known !== undefined) {
      const handshake = { request: known.request, response: half }
      this.#handshakes.set(id, handshake)
      if (statusOf(half) !== 101) this.#endHandshake(id, offersSip(handshake))
    }
  }

  #carriesSip(connectionId: number | undefined): void {
    if (connectionId !== undefined && this.#handshakes.has(connectionId)) this.#endHandshake(connectionId, true)
  }

  #endHandshake(id: number, isSip: boolean): void {
    const handshake = this.#handshakes.get(id)
    this.#handshakes.delete(id)
    if (handshake !== undefined && isSip) this.#judge.handshake(handshake)
  }
}

const offersSip = ({ request }: Handshake): boolean =>
  httpList(request, 'Sec-WebSocket-Protocol').some((protocol) => protocol.toLowerCase() === 'sip')
