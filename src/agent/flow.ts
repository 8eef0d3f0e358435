import { after, type Timer } from '../base/clock.js'
import { type Address, formatAddress, sameAddress } from '../model/address.js'
import type { TargetAvoidance } from '../sip/locate/target-avoidance.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { BackOff } from '../transport/reconnect.js'
import { transports } from '../transport/registry.js'
import {
  type Channel,
  isTransportFailure,
  type TlsClientOptions,
  type TransportFailure,
  type WsClientOptions,
} from '../transport/transport.js'
import type { Hop } from './client-request.js'
import type { Phone } from './phone.js'
import { type PhoneProfile, type PhoneTarget, rotated } from './profile.js'
import type { ChannelOwner, Stack } from './stack.js'
import { TargetOrder } from './target-order.js'

export interface FlowOwner {
  phoneFor(request: SipMessage): Phone | undefined
  /** The first connection, or one after a loss. */
  onFlowOpen(flow: Flow, connectMs: number): void
  onFlowLost(flow: Flow, reason: string): void
  /** It has turned to another target, since the one before failed. */
  onFlowMoved(flow: Flow, from: PhoneTarget): void
  /** A message could not be delivered on UDP, or the connection broke. */
  onFlowFailure(flow: Flow, failure: TransportFailure): void
  intercept(channel: Channel, from: Address, message: SipMessage): boolean
}

/** RFC 5626 4.5: base 30 s, ceiling 30 min; a load test wants callers back sooner. */
const backOffTimes = { baseMs: 500, maxMs: 30_000 } as const

/**
 * The way between one phone and its gateway: a UDP socket, or a connection that is made again with jittered back-off
 * when it is lost.
 */
export class Flow implements ChannelOwner {
  readonly number: number
  channel: Channel | undefined
  /** Host and port of Via and Contact; a random name for WebSocket (RFC 7118 5.1). */
  sentBy = ''
  readonly #stack: Stack
  readonly #profile: PhoneProfile
  readonly #targets: TargetOrder
  readonly #owner: FlowOwner
  readonly #backOff: BackOff
  readonly #source: string | undefined
  readonly #invalidHost: string
  #closing = false
  /** Connections in a row that failed, or ended before anything was heard over them. */
  #failures = 0
  #heard = false
  #shared = false
  #retry: Timer | undefined
  #keepAlive: Timer | undefined
  #pong: Timer | undefined

  constructor(
    stack: Stack,
    profile: PhoneProfile,
    targets: readonly PhoneTarget[],
    owner: FlowOwner,
    number: number,
    source: string | undefined,
    avoidance: TargetAvoidance,
  ) {
    this.#stack = stack
    this.#profile = profile
    this.#targets = new TargetOrder(profile.transport, targets, avoidance)
    this.#owner = owner
    this.number = number
    this.#source = source
    this.#backOff = new BackOff(backOffTimes, stack.rng)
    this.#invalidHost = `${stack.rng.token()}.invalid`
  }

  /** The target in use; the others come into play when it fails (RFC 3263 4.3). */
  get target(): PhoneTarget {
    return this.#targets.current
  }

  /**
   * Moves a UDP flow on from a place that a request has failed at; false when that request has tried all. Another
   * request may have moved the flow already. `retryAfterSeconds` is that of a 503.
   */
  failOver(failed: Hop, hops: number, retryAfterSeconds?: number): boolean {
    if (this.channel?.reliable) return false
    if (failed.to && sameAddress(failed.to, this.target.address)) {
      const from = this.target
      this.#targets.moveOn(retryAfterSeconds)
      void this.#renew()
      if (this.target !== from) this.#owner.onFlowMoved(this, from)
    }
    return hops < this.#targets.count
  }

  /** UDP: back to the best target that is not avoided, where a binding is about to be refreshed. */
  prefer(): void {
    if (!this.channel?.reliable) this.#targets.prefer()
  }

  /** The target in use has answered. */
  answered(): void {
    this.#targets.clear()
  }

  /**
   * Gives a connection up whose server does not serve (no answer to a REGISTER, RFC 5626 4.2.1, or a 503): the next goes
   * elsewhere. With `onlyIfElse` it stays where there is no other place.
   */
  leave(retryAfterSeconds: number | undefined, onlyIfElse: boolean): void {
    const { channel } = this
    if (!channel?.reliable) return
    this.#targets.avoid(retryAfterSeconds)
    if (!onlyIfElse || this.#targets.hasOther) void channel.close()
  }

  /** Asks a connection for a sign of life (RFC 5626 4.4); without one in 10 s it is given up. */
  probe(): void {
    const { channel } = this
    if (!channel?.reliable) return
    channel.keepAlive()
    this.#awaitPong(channel)
  }

  #awaitPong(channel: Channel): void {
    this.#pong ??= after(this.#stack.clock, 10_000, () => void channel.close())
  }

  /** Names are looked up again when a target fails: the DNS may say something else by now. */
  async #renew(): Promise<void> {
    const { places } = this.#profile
    if (!places) return
    await places.renew()
    const from = this.target
    if (this.#closing || !this.#targets.replace(rotated(places.draw(), this.number - 1))) return
    if (this.channel && !this.channel.reliable && !sameAddress(from.address, this.target.address)) {
      this.#owner.onFlowMoved(this, from)
    }
  }

  /** Where requests go that have no address of their own. */
  get hop(): Hop | undefined {
    const { channel } = this
    return channel && { channel, to: channel.reliable || this.#targets.count === 0 ? undefined : this.target.address }
  }

  /** Uses a channel that somebody else opened and will close: the group's UDP socket. */
  share(channel: Channel): void {
    this.#shared = true
    this.channel = channel
    this.sentBy = formatAddress(channel.local)
  }

  /** Opens a connection to the first target that takes it; the last failure is returned when none does. */
  async open(): Promise<TransportFailure | undefined> {
    let failure: TransportFailure | undefined
    const from = this.target
    for (const target of this.#targets.inOrder()) {
      this.#targets.use(target)
      failure = await this.#openCurrent()
      if (!failure && !this.#closing && target !== from) this.#owner.onFlowMoved(this, from)
      if (!failure || this.#closing) return failure
      this.#targets.avoid(undefined)
    }
    return failure
  }

  async #openCurrent(): Promise<TransportFailure | undefined> {
    const started = this.#stack.clock.nowMs()
    const transport = transports[this.#profile.transport]
    const result = await transport.connect(
      {
        remote: this.target.address,
        local: this.#source === undefined ? undefined : { host: this.#source },
        timeoutMs: this.#profile.connectTimeoutMs,
        guard: this.#stack.guard,
        tls: this.#tls(),
        ws: this.#webSocket(),
        ...this.#stack.taps,
      },
      this.#stack,
    )
    if (isTransportFailure(result)) return result
    if (this.#closing) {
      await result.close()
      return undefined
    }
    this.#stack.own(result, this)
    this.#use(result)
    this.#heard = false
    this.#owner.onFlowOpen(this, this.#stack.clock.nowMs() - started)
    return undefined
  }

  /** A host that was given by name is what the certificate must name (RFC 5922 7.2). */
  #tls(): TlsClientOptions | undefined {
    const { tls } = this.#profile
    const { host } = this.target
    if (!tls || tls.serverName !== undefined || !/[a-z]/i.test(host) || host.includes(':')) return tls
    return { ...tls, serverName: host }
  }

  #webSocket(): WsClientOptions | undefined {
    const { ws } = this.#profile
    return ws && { ...ws, path: ws.path ?? this.target.path }
  }

  #use(channel: Channel): void {
    this.channel = channel
    const webSocket = channel.transport === 'ws' || channel.transport === 'wss'
    this.sentBy = webSocket ? this.#invalidHost : formatAddress(channel.local)
  }

  /** Sends keep-alives (RFC 5626 4.4); a connection that does not answer within 10 s is given up. */
  keepAlive(everyMs: number): void {
    const { clock, rng } = this.#stack
    if (this.#keepAlive) clock.disarm(this.#keepAlive)
    // 4.4: between 80 and 100 per cent of the bound, at random.
    this.#keepAlive = after(clock, everyMs * (0.8 + 0.2 * rng.next()), () => {
      const { channel } = this
      if (!channel) return
      channel.keepAlive(this.hop?.to)
      if (channel.reliable) this.#awaitPong(channel)
      this.keepAlive(everyMs)
    })
  }

  onPong(): void {
    if (this.#pong) this.#stack.clock.disarm(this.#pong)
    this.#pong = undefined
  }

  phoneFor(request: SipMessage): Phone | undefined {
    return this.#owner.phoneFor(request)
  }

  intercept(channel: Channel, from: Address, message: SipMessage): boolean {
    this.#heard = true
    return this.#owner.intercept(channel, from, message)
  }

  onChannelFailure(_channel: Channel, failure: TransportFailure): void {
    this.#owner.onFlowFailure(this, failure)
  }

  onChannelClosed(channel: Channel, reason: string): void {
    if (channel !== this.channel) return
    this.channel = undefined
    this.#disarm()
    if (this.#closing) return
    // A target that takes connections and then drops them is one that failed (RFC 5626 4.5).
    if (this.#heard) this.#failures = 0
    else this.#targets.avoid(undefined)
    this.#owner.onFlowLost(this, reason)
    this.#reconnect()
  }

  #reconnect(): void {
    this.#retry = after(this.#stack.clock, this.#backOff.delayMs(this.#failures++), () => {
      void this.#renew()
        .then(() => this.open())
        .then((failure) => {
          if (failure && !this.#closing) this.#reconnect()
        })
    })
  }

  #disarm(): void {
    for (const timer of [this.#retry, this.#keepAlive, this.#pong]) if (timer) this.#stack.clock.disarm(timer)
    this.#retry = this.#keepAlive = this.#pong = undefined
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#disarm()
    const { channel } = this
    this.channel = undefined
    if (channel && !this.#shared) await channel.close()
  }
}
