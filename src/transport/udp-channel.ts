import type { Address } from '../model/address.js'
import { toBytes, toWire, type Wire } from '../sip/message/wire.js'
import { nextChannelId } from './channel-id.js'
import { failure, failureFromError, refusedByGuard } from './failure.js'
import type { TargetGuard } from './guard.js'
import { crlfPing, isKeepAlive } from './keep-alive.js'
import { stunKind, writeBindingRequest, writeBindingSuccess } from './stun.js'
import type { Channel, ChannelEvents, Tap, TransportFailure } from './transport.js'
import type { UdpSocket } from './udp-socket.js'

interface UdpChannelOptions {
  readonly socket: UdpSocket
  readonly local: Address
  /** Where messages without a destination go. */
  readonly target: Address | undefined
  readonly connected: boolean
  readonly keepAlive: 'crlf' | 'stun'
  readonly guard: TargetGuard | undefined
  readonly tap: Tap | undefined
}

const firstOctet = (wire: Wire): number => (typeof wire === 'string' ? wire.charCodeAt(0) : (wire[0] ?? 0))

/** A bound UDP socket. It needs no close to stay harmless, but holds the port until then. */
export class UdpChannel implements Channel {
  readonly id = nextChannelId()
  readonly transport = 'udp'
  readonly reliable = false
  readonly secure = false
  readonly local: Address
  readonly remote: Address | undefined
  readonly #socket: UdpSocket
  readonly #target: Address | undefined
  readonly #keepAlive: 'crlf' | 'stun'
  readonly #guard: TargetGuard | undefined
  readonly #tap: Tap | undefined
  readonly #events: ChannelEvents
  #closing: Promise<void> | undefined

  constructor(options: UdpChannelOptions, events: ChannelEvents) {
    this.#socket = options.socket
    this.local = options.local
    this.remote = options.connected ? options.target : undefined
    this.#target = options.target
    this.#keepAlive = options.keepAlive
    this.#guard = options.guard
    this.#tap = options.tap
    this.#events = events
    this.#socket.attach({
      onDatagram: (wire, from, arrivedMs) => this.#receive(wire, from, arrivedMs),
      onError: (error, to) => events.onFailure(this, failureFromError(error, 'cannot send to', to), to),
    })
  }

  get queuedBytes(): number {
    return this.#socket.queuedBytes
  }

  send(wire: Wire, to?: Address): void {
    const target = this.remote ?? to ?? this.#target
    if (this.#closing !== undefined) {
      this.#fail(failure('closed', 'ERR_SOCKET_CLOSED', 'not sent: the socket was closed by this side'), target)
      return
    }
    if (target === undefined) {
      this.#fail(failure('other', 'NO_DESTINATION', 'not sent: a listening socket has no destination of its own'), to)
      return
    }
    const refusal = this.#guard?.refusal(target.host)
    if (refusal !== undefined) {
      this.#fail(refusedByGuard(refusal), target)
      return
    }
    // Via and Contact of a peer decide about ports too.
    if (!(target.port > 0 && target.port < 65_536)) {
      this.#fail(failure('other', 'ERR_SOCKET_BAD_PORT', `not sent: ${target.port} is no port`), target)
      return
    }
    if (this.#tap !== undefined) this.#tap(this, 'sent', target, toBytes(wire))
    this.#socket.send(wire, this.remote === undefined ? target : undefined)
  }

  keepAlive(to?: Address): void {
    this.send(this.#keepAlive === 'stun' ? writeBindingRequest() : crlfPing, to)
  }

  close(): Promise<void> {
    this.#closing ??= this.#socket.close().then(() => this.#events.onClose(this, 'closed by this side'))
    return this.#closing
  }

  #receive(wire: Wire, from: Address, arrivedMs: number): void {
    if (this.#tap !== undefined) this.#tap(this, 'received', from, toBytes(wire))
    // Every SIP message begins with a token character, above these (RFC 3261 25.1): one comparison for most.
    if (firstOctet(wire) > 32) {
      this.#events.onMessage(this, from, wire, arrivedMs)
      return
    }
    const bytes = typeof wire === 'string' ? toWire(wire) : Buffer.from(wire.buffer, wire.byteOffset, wire.length)
    if (isKeepAlive(bytes)) {
      // RFC 5626 4.4.1 keeps CRLF off UDP, but phones and gateways send it against NAT; nobody waits for an answer.
      this.#events.onPing?.(this)
      return
    }
    this.#receiveOther(bytes, from, arrivedMs)
  }

  #receiveOther(bytes: Buffer, from: Address, arrivedMs: number): void {
    switch (stunKind(bytes)) {
      case 'request':
        this.send(writeBindingSuccess(bytes, from), from)
        this.#events.onPing?.(this)
        break
      case 'success':
        this.#events.onPong?.(this)
        break
      case 'error':
      case 'other':
        this.#events.onMalformed?.(this, 'stun')
        break
      default:
        // RFC 3261 7.5 lets line ends come before a start line; the parser knows. Blanks it will find defective.
        this.#events.onMessage(this, from, bytes, arrivedMs)
    }
  }

  #fail(what: TransportFailure, to: Address | undefined): void {
    process.nextTick(() => this.#events.onFailure(this, what, to))
  }
}
