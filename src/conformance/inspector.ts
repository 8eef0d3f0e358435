import type { CapturedFrame, CapturedHandshake, CapturedMessage, CaptureEvent } from '../capture/captured-message.js'
import { OctetStore } from '../capture/octets.js'
import { ownCopy } from '../sip/message/wire.js'
import { ConversationTable } from './conversation-table.js'
import { Judge } from './judge.js'
import { Memory } from './memory.js'
import type { Conversation } from './model/conversation.js'
import { type Handshake, httpList, statusOf } from './model/handshake.js'
import { LossLedger } from './model/loss-ledger.js'
import { identityOf } from './model/message-identity.js'
import { ObservedMessage } from './model/observed-message.js'
import { Vantage } from './model/vantage.js'
import { isWebSocketMessage } from './model/websocket-message.js'
import { FormTable, type MessageForm } from './precedent/form-table.js'
import { PrecedentBook } from './precedent/precedent-book.js'
import { VerdictLog } from './precedent/verdict-log.js'
import type { AnyRule } from './rule.js'
import { RuleTable } from './rule-table.js'
import { Tally } from './tally.js'

const maximumHandshakes = 10_000
const maximumSoftware = 2000

export interface InspectorOptions {
  readonly vantage?: Vantage
  /** Those of captures that were judged before, to count on. */
  readonly tally?: Tally
  readonly software?: Map<string, string>
  /** `false`: every conversation is judged by itself, also when one like it was judged before. */
  readonly precedents?: boolean
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
  readonly #forms = new FormTable()
  readonly #precedents = new PrecedentBook()
  /** Of messages whose octets stand nowhere that they could be scanned. */
  readonly #octets = new OctetStore()
  readonly #log = new VerdictLog()
  readonly #usesPrecedents: boolean
  #generation = 0
  /** Upgrades of connections on which no SIP was seen yet. */
  readonly #handshakes = new Map<number, Handshake>()

  constructor(rules: readonly AnyRule[], options: InspectorOptions = {}) {
    this.vantage = options.vantage ?? new Vantage()
    this.#usesPrecedents = options.precedents ?? true
    this.tally = options.tally ?? new Tally()
    this.software = options.software ?? new Map()
    const context = { vantage: this.vantage, memory: this.#memory }
    const table = new RuleTable(rules, this.tally)
    this.#judge = new Judge(table, context, this.ledger, this.tally, options.label ?? '')
    this.#conversations = new ConversationTable((conversation) => this.#judgeConversation(conversation))
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
    this.settle()
  }

  /** Brings the counts of the tally up to date with what was judged. */
  settle(): void {
    this.#precedents.settle()
  }

  #message(captured: CapturedMessage): void {
    this.ledger.saw(captured.atMs)
    this.#keepAlive(captured)
    if (isWebSocketMessage(captured)) this.#judge.webSocketMessage(captured)
    if (captured.content !== 'sip') return
    this.#carriesSip(captured.connection?.id)
    this.messages++
    this.vantage.saw(captured)
    const form = this.#formOf(captured)
    const message = new ObservedMessage(captured, form)
    const identity = form === undefined ? identityOf(message.sip) : this.#forms.identity(form)
    this.#noteSoftware(message, form)
    this.#forgetPrecedents()
    const conversation = this.#conversations.add(message, identity, () =>
      form === undefined ? ownCopy(message.sip.callId) : this.#forms.callIdOf(form),
    )
    conversation.key.add(message, form, this.#forms.tokens)
    if (this.#memory.note(message, identity, conversation.callId)) conversation.key.markSingular()
  }

  #formOf(captured: CapturedMessage): MessageForm | undefined {
    if (!this.#usesPrecedents || captured.truncated) return undefined
    return this.#forms.read(captured.octets ?? this.#octets.keepAll(captured.bytes))
  }

  /** Forms are numbered anew when there are too many: keys that were made before mean nothing from then on. */
  #forgetPrecedents(): void {
    const { generation } = this.#forms
    if (generation === this.#generation) return
    this.#generation = generation
    this.#conversations.markAllSingular()
    this.#precedents.clear()
  }

  /** A conversation that was met twice before is counted like them, what is met for the second time is taken down. */
  #judgeConversation(conversation: Conversation): void {
    const key = conversation.key.value(conversation.messages, this.vantage, this.ledger)
    const met = key === undefined ? 'new' : this.#precedents.follow(key)
    if (met === 'followed') return
    if (met === 'met') this.#log.start()
    this.#judge.conversation(conversation, met === 'met' ? this.#log : undefined)
    if (met === 'met' && key !== undefined) this.#precedents.add(key, this.#log)
  }

  #noteSoftware(message: ObservedMessage, form: MessageForm | undefined): void {
    // A proxy passes on what the user agent says of itself.
    if (message.viaCount !== 1 || this.software.size >= maximumSoftware || this.software.has(message.sender.name))
      return
    const text = form === undefined ? softwareOf(message) : form.software
    if (text !== undefined) this.software.set(message.sender.name, ownCopy(text))
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

const softwareOf = ({ sip, isRequest }: ObservedMessage): string | undefined =>
  sip.get(isRequest ? 'User-Agent' : 'Server')

const offersSip = ({ request }: Handshake): boolean =>
  httpList(request, 'Sec-WebSocket-Protocol').some((protocol) => protocol.toLowerCase() === 'sip')
