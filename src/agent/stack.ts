import { after, type Clock, type Timer } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import { StringTable } from '../base/string-table.js'
import type { StreamPort } from '../media/stream-port.js'
import type { Address } from '../model/address.js'
import { TargetAvoidance } from '../sip/locate/target-avoidance.js'
import { SipMessage } from '../sip/message/sip-message.js'
import type { Wire } from '../sip/message/wire.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import type { TimerValues } from '../sip/transaction/timers.js'
import { type LayerCounters, type LayerUser, TransactionLayer } from '../sip/transaction/transaction-layer.js'
import type { TargetGuard } from '../transport/guard.js'
import type { Channel, ChannelEvents, Tap, TransportFailure } from '../transport/transport.js'
import type { WireTap } from '../transport/wire-tap.js'
import { answer } from './bare-answer.js'
import type { Phone } from './phone.js'
import type { RetiredCall } from './retired-call.js'
import { RetiredCalls } from './retired-calls.js'
import type { Session } from './session.js'

/** Whoever opened a channel: it finds the phone that a request is for, and is told of the channel's end. */
export interface ChannelOwner {
  phoneFor(request: SipMessage): Phone | undefined
  onChannelFailure(channel: Channel, failure: TransportFailure): void
  onChannelClosed(channel: Channel, reason: string): void
  onPong?(channel: Channel): void
  /** First look at everything that arrives; true when it was taken. */
  intercept?(channel: Channel, from: Address, message: SipMessage): boolean
}

/** Whatever a local tag stands for: a session, or what is left of one. */
export interface TagOwner {
  readonly callId: string
  readonly localTag: string
  onRequest(transaction: ServerTransaction, request: SipMessage): void
  onAck(ack: SipMessage): void
  /** A response that came after its transaction was over, or had forgotten us; false when it means nothing. */
  onLateResponse(response: SipMessage): boolean
}

/** Things from the network that were not understood, by kind: they are counted and never stop a run. */
export class MalformedCounts {
  readonly byKind: Record<string, number> = {}
  add(kind: string): void {
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1
  }
}

export interface StackOptions {
  readonly clock: Clock
  readonly rng: Rng
  readonly timers: TimerValues
  readonly guard: TargetGuard
  readonly media: StreamPort | undefined
  readonly userAgent: string
  readonly count?: LayerCounters
  /** A target that failed is left alone for so long; 30 s when left out. */
  readonly avoidFailedTargetMs?: number | undefined
}

/** Who sees the traffic of all phones: datagrams, and what connections carry. */
export interface TrafficTaps {
  readonly tap: Tap
  readonly wire: WireTap
}

/** What all phones of a process share: transactions, sessions by local tag, and the way from a channel to its owner. */
export class Stack implements LayerUser, ChannelEvents {
  readonly clock: Clock
  readonly rng: Rng
  readonly guard: TargetGuard
  readonly media: StreamPort | undefined
  readonly userAgent: string
  /** Set before phones are opened, where traffic is captured. */
  taps: TrafficTaps | undefined
  readonly layer: TransactionLayer
  readonly malformed = new MalformedCounts()
  readonly timers: TimerValues
  readonly #avoidFailedTargetMs: number
  readonly #trunks = new Map<string, TargetAvoidance>()
  readonly #sessions = new StringTable<Session>()
  readonly #owners = new Map<number, ChannelOwner>()
  readonly #retired: RetiredCalls

  constructor(options: StackOptions) {
    this.clock = options.clock
    this.rng = options.rng
    this.guard = options.guard
    this.media = options.media
    this.userAgent = options.userAgent
    this.timers = options.timers
    this.#retired = new RetiredCalls(options.clock, options.timers.giveUpMs)
    this.#avoidFailedTargetMs = options.avoidFailedTargetMs ?? 30_000
    this.layer = new TransactionLayer({
      clock: options.clock,
      timers: options.timers,
      user: this,
      count: options.count,
      rng: options.rng,
    })
  }

  newAvoidance(): TargetAvoidance {
    return new TargetAvoidance(this.clock, this.#avoidFailedTargetMs)
  }

  /** What the phones of a group that do not register know together of failed targets. */
  trunkAvoidance(group: string): TargetAvoidance {
    const known = this.#trunks.get(group) ?? this.newAvoidance()
    this.#trunks.set(group, known)
    return known
  }

  own(channel: Channel, owner: ChannelOwner): void {
    this.#owners.set(channel.id, owner)
  }

  addSession(session: Session): void {
    this.#sessions.set(session.localTag, session)
  }

  removeSession(session: Session): void {
    if (this.#sessions.get(session.localTag) === session) this.#sessions.delete(session.localTag)
  }

  /** The call is over; copies of its last messages find what is left of it for as long as they may come (64*T1). */
  retire(remains: RetiredCall): void {
    this.#sessions.delete(remains.localTag)
    this.#retired.add(remains)
  }

  /** Whether copies of what a call was told last find what is left of it. */
  isRetired(localTag: string): boolean {
    return this.#retired.has(localTag)
  }

  /** The run is over: nothing is waited for any more. */
  close(): void {
    this.layer.close()
    this.#retired.close()
    this.#sessions.clear()
  }

  after(delayMs: number, run: () => void): Timer {
    return after(this.clock, delayMs, run)
  }

  count(kind: string): void {
    this.malformed.add(kind)
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  onMessage(channel: Channel, from: Address, wire: Wire, arrivedMs: number): void {
    const message = SipMessage.parse(wire, arrivedMs)
    if (isGarbage(message)) {
      this.malformed.add('not SIP')
      return
    }
    const owner = this.#owners.get(channel.id)
    if (owner?.intercept?.(channel, from, message)) return
    this.layer.receive(channel, from, message)
  }

  onFailure(channel: Channel, failure: TransportFailure, to?: Address): void {
    // A UDP socket goes on: a failure concerns only what is sent to `to`, and without it nobody in particular.
    if (channel.reliable || to) this.layer.transportFailed(channel, failure.text, to)
    this.#owners.get(channel.id)?.onChannelFailure(channel, failure)
  }

  onClose(channel: Channel, reason: string): void {
    this.layer.transportFailed(channel, `the connection was closed: ${reason}`)
    const owner = this.#owners.get(channel.id)
    this.#owners.delete(channel.id)
    owner?.onChannelClosed(channel, reason)
  }

  onPong(channel: Channel): void {
    this.#owners.get(channel.id)?.onPong?.(channel)
  }

  onMalformed(_channel: Channel, kind: string): void {
    this.malformed.add(kind)
  }

  /** A new request: within a dialog it belongs to the session with our tag, otherwise to a phone. */
  onRequest(transaction: ServerTransaction, request: SipMessage): void {
    if (request.cseqMethod !== request.method) {
      this.malformed.add('CSeq of another method')
      answer(transaction, request, 400, 'CSeq Does Not Match')
      return
    }
    // RFC 3261 18.3: what carried it ended before its body did.
    if (request.bodyLength < (request.contentLength ?? 0)) {
      this.malformed.add('body cut short')
      answer(transaction, request, 400, 'Body Cut Short')
      return
    }
    const tag = request.toTag
    if (tag !== '') {
      const session = this.#ownerOf(tag, request)
      if (session) session.onRequest(transaction, request)
      else answer(transaction, request, 481, 'Call/Transaction Does Not Exist')
      return
    }
    const phone = this.#owners.get(transaction.channel.id)?.phoneFor(request)
    if (phone) phone.onRequest(transaction, request)
    else answer(transaction, request, 404, 'Not Found')
  }

  /** ACK for a 2xx: no transaction of its own. */
  onAck(_channel: Channel, _from: Address, ack: SipMessage): void {
    const session = this.#ownerOf(ack.toTag, ack)
    if (session) session.onAck(ack)
    else this.malformed.add('ACK without a call')
  }

  /** A response without a transaction: one that came again, or from another fork, after the transaction was over. */
  onStrayResponse(_channel: Channel, response: SipMessage): void {
    const session = this.#ownerOf(response.fromTag, response)
    if (!session?.onLateResponse(response)) this.malformed.add('response without a transaction')
  }

  #ownerOf(tag: string, message: SipMessage): TagOwner | undefined {
    const session = this.#sessions.get(tag) ?? this.#retired.find(tag)
    return session?.callId === message.callId ? session : undefined
  }
}

/** Without these there is nobody to answer and nothing to match: it is counted and dropped. */
const isGarbage = (message: SipMessage): boolean =>
  message.callId === '' || (message.isRequest && !message.startLine.includes(' SIP/'))
