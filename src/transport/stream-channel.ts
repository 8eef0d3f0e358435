import type { Socket } from 'node:net'
import type { Address } from '../model/address.js'
import { type FramerEvents, StreamFramer } from '../sip/message/stream-framer.js'
import { toBytes, type Wire } from '../sip/message/wire.js'
import { nextChannelId } from './channel-id.js'
import { failure, failureFromError } from './failure.js'
import { crlfPing, crlfPong } from './keep-alive.js'
import { closeLingerMs, maxQueuedBytes } from './limits.js'
import { localAddressOf } from './stream-address.js'
import type { Channel, ChannelEvents, Tap, TransportFailure } from './transport.js'

/** A SIP connection over TCP or TLS: messages framed by Content-Length (RFC 3261 18.3). */
export class StreamChannel implements Channel {
  readonly id = nextChannelId()
  readonly transport: 'tcp' | 'tls'
  readonly reliable = true
  readonly secure: boolean
  readonly local: Address
  readonly remote: Address
  readonly #socket: Socket
  readonly #events: ChannelEvents
  readonly #tap: Tap | undefined
  readonly #framer = new StreamFramer()
  readonly #deliver: FramerEvents
  #closing: Promise<void> | undefined
  #closeReason = 'closed by the remote side'
  /** A better reason than `close` could give is known. */
  #reasonKept = false

  constructor(transport: 'tcp' | 'tls', socket: Socket, remote: Address, events: ChannelEvents, tap: Tap | undefined) {
    this.transport = transport
    this.secure = transport === 'tls'
    this.local = localAddressOf(socket)
    this.remote = remote
    this.#socket = socket
    this.#events = events
    this.#tap = tap
    this.#deliver = {
      onMessage: (bytes) => {
        if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, bytes)
        this.#events.onMessage(this, this.remote, bytes, performance.now())
      },
      onPing: () => this.#pinged(),
      onPong: () => this.#ponged(),
      onMalformed: (kind, head) => this.#faulted(kind, head),
    }
    socket.on('data', (chunk: Buffer) => this.#framer.push(chunk, this.#deliver))
    socket.on('end', () => {
      if (this.#framer.pending > 0) this.#events.onMalformed?.(this, 'truncated')
    })
    socket.on('error', (error) => this.#fail(failureFromError(error, 'lost the connection to', remote)))
    socket.on('close', () => this.#events.onClose(this, this.#closeReason))
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  send(wire: Wire): void {
    const bytes = toBytes(wire)
    if (!this.#socket.writable) {
      const refused = failure('closed', 'ERR_SOCKET_CLOSED', `not sent: the connection was ${this.#closeReason}`)
      process.nextTick(() => this.#events.onFailure(this, refused))
      return
    }
    if (this.#socket.writableLength > maxQueuedBytes) {
      this.#overflow()
      return
    }
    if (this.#tap !== undefined) this.#tap(this, 'sent', this.remote, bytes)
    this.#socket.write(bytes)
  }

  keepAlive(): void {
    this.send(crlfPing)
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#socket.closed) {
        resolve()
        return
      }
      if (!this.#reasonKept) this.#closeReason = 'closed by this side'
      // A peer that never closes its half must not keep the handle.
      const linger = setTimeout(() => this.#socket.destroy(), closeLingerMs)
      this.#socket.once('close', () => {
        clearTimeout(linger)
        resolve()
      })
      this.#socket.end()
    })
    return this.#closing
  }

  #pinged(): void {
    if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, crlfPing)
    if (this.#socket.writable) this.send(crlfPong)
    this.#events.onPing?.(this)
  }

  #ponged(): void {
    if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, crlfPong)
    this.#events.onPong?.(this)
  }

  /** Nobody knows where the next message begins: the connection is of no more use (RFC 3261 18.3). */
  #faulted(kind: string, head: Buffer): void {
    if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, head)
    this.#closeReason = `closed by this side: the stream cannot be followed (${kind})`
    this.#reasonKept = true
    this.#events.onMalformed?.(this, kind, head)
    void this.close()
  }

  #overflow(): void {
    const text = `${this.#socket.writableLength} bytes are unsent: the peer does not read; the connection is given up`
    process.nextTick(() => this.#events.onFailure(this, failure('closed', 'SEND_QUEUE_FULL', text)))
    this.#closeReason = `closed by this side: ${text}`
    this.#socket.destroy()
  }

  #fail(what: TransportFailure): void {
    if (this.#closing === undefined) this.#closeReason = what.text
    this.#reasonKept = true
    this.#events.onFailure(this, what)
  }
}
