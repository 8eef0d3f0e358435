import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../model/address.js'
import { AddressTable } from './address-table.js'
import { nextChannelId } from './channel-id.js'
import { failure, failureFromError, refusedByGuard } from './failure.js'
import type { TargetGuard } from './guard.js'
import { crlfPing, isKeepAlive } from './keep-alive.js'
import { stunKind, writeBindingRequest, writeBindingSuccess } from './stun.js'
import type { Channel, ChannelEvents, Tap, TransportFailure } from './transport.js'

interface UdpChannelOptions {
  readonly socket: Socket
  readonly local: Address
  /** Where messages without a destination go. */
  readonly target: Address | undefined
  readonly connected: boolean
  readonly keepAlive: 'crlf' | 'stun'
  readonly guard: TargetGuard | undefined
  readonly tap: Tap | undefined
}

/** A bound UDP socket. It needs no close to stay harmless, but holds the port until then. */
export class UdpChannel implements Channel {
  readonly id = nextChannelId()
  readonly transport = 'udp'
  readonly reliable = false
  readonly secure = false
  readonly local: Address
  readonly remote: Address | undefined
  readonly #socket: Socket
  readonly #target: Address | undefined
  readonly #keepAlive: 'crlf' | 'stun'
  readonly #guard: TargetGuard | undefined
  readonly #tap: Tap | undefined
  readonly #events: ChannelEvents
  readonly #sources = new AddressTable()
  /** Made once: dgram tells of a failed send only to a callback, and its error carries the destination. */
  readonly #onSent: (error: Error | null) => void
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
    this.#onSent = (error) => {
      if (error !== null && this.#closing === undefined) this.#sendFailed(error)
    }
    this.#socket.on('message', (bytes, source) => this.#receive(bytes, source))
    // A connected socket hears of ICMP errors here, whether they arrive with a send or in between.
    this.#socket.on('error', (error) => this.#sendFailed(error))
  }

  get queuedBytes(): number {
    return this.#closing === undefined ? this.#socket.getSendQueueSize() : 0
  }

  send(bytes: Uint8Array, to?: Address): void {
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
    // Via and Contact of a peer decide about ports too, and dgram throws on these.
    if (!(target.port > 0 && target.port < 65_536)) {
      this.#fail(failure('other', 'ERR_SOCKET_BAD_PORT', `not sent: ${target.port} is no port`), target)
      return
    }
    if (this.#tap !== undefined) this.#tap(this, 'sent', target, bytes)
    if (this.remote !== undefined) this.#socket.send(bytes, this.#onSent)
    else this.#socket.send(bytes, target.port, target.host, this.#onSent)
  }

  keepAlive(): void {
    this.send(this.#keepAlive === 'stun' ? writeBindingRequest() : crlfPing)
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#socket.close(() => {
        resolve()
        this.#events.onClose(this, 'closed by this side')
      })
    })
    return this.#closing
  }

  #receive(bytes: Buffer, source: RemoteInfo): void {
    const from = this.#sources.get(source.address, source.port)
    if (this.#tap !== undefined) this.#tap(this, 'received', from, bytes)
    const first = bytes[0]
    // Every SIP message begins with a token character, above these (RFC 3261 25.1): one comparison for most.
    if (first !== undefined && first > 32) {
      this.#events.onMessage(this, from, bytes)
      return
    }
    if (isKeepAlive(bytes)) {
      // RFC 5626 4.4.1 keeps CRLF off UDP, but phones and gateways send it against NAT; nobody waits for an answer.
      this.#events.onPing?.(this)
      return
    }
    this.#receiveOther(bytes, from)
  }

  #receiveOther(bytes: Buffer, from: Address): void {
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
        this.#events.onMessage(this, from, bytes)
    }
  }

  #sendFailed(error: Error): void {
    const { address, port } = error as Error & { address?: string; port?: number }
    const to = address !== undefined && port !== undefined ? this.#sources.get(address, port) : this.remote
    this.#events.onFailure(this, failureFromError(error, 'cannot send to', to), to)
  }

  #fail(what: TransportFailure, to: Address | undefined): void {
    process.nextTick(() => this.#events.onFailure(this, what, to))
  }
}
