import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Address } from '../model/address.js'
import { toBytes, type Wire } from '../sip/message/wire.js'
import { nextChannelId } from './channel-id.js'
import { failure, failureFromError } from './failure.js'
import { crlfPing, crlfPong, isKeepAlive } from './keep-alive.js'
import { closeLingerMs, maxQueuedBytes } from './limits.js'
import { localAddressOf } from './stream-address.js'
import type { Channel, ChannelEvents, Tap, TransportFailure } from './transport.js'
import { secondMessageAt } from './ws-message.js'

const textFrame = { binary: false, compress: false } as const
const binaryFrame = { binary: true, compress: false } as const
/** RFC 6455 7.4.1: no close frame was received. */
const abnormalClosure = 1006
const normalClosure = 1000

export interface WsChannelOptions {
  readonly transport: 'ws' | 'wss'
  readonly webSocket: WebSocket
  /** The connection under it: ws keeps its errors to itself. */
  readonly socket: Socket
  readonly remote: Address
  readonly tap: Tap | undefined
}

/** A SIP connection over WebSocket: each WebSocket message is one SIP message (RFC 7118 5). */
export class WsChannel implements Channel {
  readonly id = nextChannelId()
  readonly transport: 'ws' | 'wss'
  readonly reliable = true
  readonly secure: boolean
  readonly local: Address
  readonly remote: Address
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #events: ChannelEvents
  readonly #tap: Tap | undefined
  #closing: Promise<void> | undefined
  #closeReason: string | undefined

  constructor(options: WsChannelOptions, events: ChannelEvents) {
    const { webSocket, socket, remote } = options
    this.transport = options.transport
    this.secure = options.transport === 'wss'
    this.local = localAddressOf(socket)
    this.remote = remote
    this.#webSocket = webSocket
    this.#socket = socket
    this.#events = events
    this.#tap = options.tap
    webSocket.on('message', (data) => this.#receive(data as Buffer))
    webSocket.on('ping', () => this.#events.onPing?.(this))
    webSocket.on('pong', () => this.#events.onPong?.(this))
    webSocket.on('error', (error) => this.#protocolError(error))
    webSocket.on('close', (code, reason) => this.#closed(code, reason))
    socket.on('error', (error) => this.#fail(failureFromError(error, 'lost the connection to', remote)))
  }

  get queuedBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  send(wire: Wire): void {
    const bytes = toBytes(wire)
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) {
      const why = this.#closeReason ?? 'closed by the remote side'
      const refused = failure('closed', 'ERR_SOCKET_CLOSED', `not sent: the connection was ${why}`)
      process.nextTick(() => this.#events.onFailure(this, refused))
      return
    }
    if (this.#webSocket.bufferedAmount > maxQueuedBytes) {
      this.#overflow()
      return
    }
    if (this.#tap !== undefined) this.#tap(this, 'sent', this.remote, bytes)
    // RFC 7118 4.2: SIP messages may hold octets that are no UTF-8, and those cannot travel in a text message.
    this.#webSocket.send(bytes, isUtf8(bytes) ? textFrame : binaryFrame)
  }

  /** RFC 7118 6: a WebSocket Ping, which every peer must answer (RFC 6455 5.5.2). */
  keepAlive(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping()
    else this.send(crlfPing)
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#webSocket.readyState === this.#webSocket.CLOSED) {
        resolve()
        return
      }
      this.#closeReason ??= 'closed by this side'
      // A peer that never answers the close frame must not keep the handle.
      const linger = setTimeout(() => this.#webSocket.terminate(), closeLingerMs)
      this.#webSocket.once('close', () => {
        clearTimeout(linger)
        resolve()
      })
      this.#webSocket.close(normalClosure)
    })
    return this.#closing
  }

  #receive(bytes: Buffer): void {
    if (isKeepAlive(bytes)) {
      this.#receiveLineEnds(bytes)
      return
    }
    const second = secondMessageAt(bytes)
    if (second >= 0) this.#events.onMalformed?.(this, 'several-messages')
    const message = second < 0 ? bytes : bytes.subarray(0, second)
    if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, message)
    this.#events.onMessage(this, this.remote, message, performance.now())
  }

  /** RFC 7118 6 lets the CRLF keep-alive of RFC 5626 be used here too: two line ends ask, one answers. */
  #receiveLineEnds(bytes: Buffer): void {
    if (this.#tap !== undefined) this.#tap(this, 'received', this.remote, bytes)
    if (bytes.equals(crlfPing)) {
      if (this.#webSocket.readyState === this.#webSocket.OPEN) this.send(crlfPong)
      this.#events.onPing?.(this)
    } else if (bytes.equals(crlfPong)) this.#events.onPong?.(this)
    else this.#events.onMalformed?.(this, 'empty')
  }

  /** What RFC 6455 forbids; ws closes the connection with the fitting code. */
  #protocolError(error: Error & { code?: string }): void {
    const code = error.code ?? error.name
    const tooLarge = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    this.#events.onMalformed?.(this, tooLarge ? 'message-too-large' : 'websocket')
    const text = `the peer broke the WebSocket protocol: ${error.message} (${code})`
    this.#fail(failure(tooLarge ? 'too-large' : 'other', code, text))
  }

  #overflow(): void {
    const unsent = this.#webSocket.bufferedAmount
    const text = `${unsent} bytes are unsent: the peer does not read; the connection is given up`
    process.nextTick(() => this.#events.onFailure(this, failure('closed', 'SEND_QUEUE_FULL', text)))
    this.#closeReason = `closed by this side: ${text}`
    this.#webSocket.terminate()
  }

  #fail(what: TransportFailure): void {
    this.#closeReason ??= what.text
    this.#events.onFailure(this, what)
  }

  #closed(code: number, reason: Buffer): void {
    const lost = code === abnormalClosure ? 'lost without a close frame' : `closed by the remote side with ${code}`
    this.#closeReason ??= reason.length > 0 ? `${lost}: ${reason.toString()}` : lost
    this.#socket.destroy()
    this.#events.onClose(this, this.#closeReason)
  }
}
