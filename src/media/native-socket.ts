import type { RemoteInfo } from 'node:dgram'
import type { RtpEngine } from '../native/rtp-addon.js'
import { systemError } from '../native/system-error.js'
import type { Source } from './source-table.js'
import type { OnMessage, RouteTable, StreamSocket } from './stream-socket.js'

/** A socket of the native part: what it receives comes from `NativePackets`. */
export class NativeSocket implements StreamSocket {
  readonly #engine: RtpEngine
  readonly #onClosed: (socket: NativeSocket) => void
  readonly number: number
  readonly #ipv6: boolean
  #closed = false
  onMessage: OnMessage = () => {}
  /** Where its last packet came from. */
  lastSource: Source | undefined

  constructor(engine: RtpEngine, number: number, ipv6: boolean, onClosed: (socket: NativeSocket) => void) {
    this.#engine = engine
    this.number = number
    this.#ipv6 = ipv6
    this.#onClosed = onClosed
  }

  /** Errors are told where something is sent. */
  on(event: 'message' | 'error', listener: OnMessage | ((error: Error) => void)): void {
    if (event === 'message') this.onMessage = listener as OnMessage
  }

  send(
    bytes: Uint8Array | readonly Uint8Array[],
    port: number,
    host: string,
    onSent: (error: Error | null) => void,
  ): void {
    const whole = bytes instanceof Uint8Array ? bytes : Buffer.concat(bytes)
    const error = this.#closed ? -9 : this.#engine.send(this.number, whole, host, port, host.includes(':'))
    onSent(error < 0 ? systemError(error, 'send') : null)
  }

  close(onClosed: () => void): void {
    if (!this.#closed) {
      this.#closed = true
      this.#engine.closeSocket(this.number)
      this.#onClosed(this)
    }
    queueMicrotask(onClosed)
  }

  /** Where the packet in a slot of the ring came from. */
  readSource(slot: number): RemoteInfo {
    return {
      address: this.#engine.sourceHost(slot),
      port: this.#engine.sourcePort(slot),
      family: this.#ipv6 ? 'IPv6' : 'IPv4',
      size: 0,
    }
  }

  getRecvBufferSize(): number {
    return this.#engine.receiveBufferBytes(this.number)
  }

  /** Streams share it from now on. */
  share(): RouteTable {
    this.#engine.share(this.number)
    return {
      set: ({ host, port }, ssrc, row) =>
        this.#engine.route(this.number, host, port, host.includes(':'), ssrc, row ?? -1),
    }
  }
}
