import type { RemoteInfo } from 'node:dgram'
import type { RtpEngine } from '../native/rtp-addon.js'
import { systemError } from '../native/system-error.js'
import type { StreamSocket } from './stream-socket.js'

type OnMessage = (bytes: Buffer, from: RemoteInfo, atMs?: number, isCounted?: boolean) => void

/** Words of an address as the kernel writes it, IPv6 being the longest. */
export const addressWords = 7

/** A socket of the native part: what it receives comes from `NativePackets`. */
export class NativeSocket implements StreamSocket {
  readonly #engine: RtpEngine
  readonly #onClosed: (socket: NativeSocket) => void
  readonly number: number
  readonly #ipv6: boolean
  #closed = false
  onMessage: OnMessage = () => {}
  /** Where the last packet came from: nearly always the next one does too. */
  readonly sourceWords = new Uint32Array(addressWords)
  source: RemoteInfo | undefined

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

  /** The source of the packet in a slot of the ring, whose address lies at `at`. */
  sourceOf(slot: number, words: Uint32Array, at: number): RemoteInfo {
    const known = this.sourceWords
    let isKnown = this.source !== undefined
    for (let i = 0; i < addressWords; i++) isKnown &&= known[i] === words[at + i]
    if (!isKnown || !this.source) {
      known.set(words.subarray(at, at + addressWords))
      const [address, port] = [this.#engine.sourceHost(slot), this.#engine.sourcePort(slot)]
      this.source = { address, port, family: this.#ipv6 ? 'IPv6' : 'IPv4', size: 0 }
    }
    return this.source
  }
}
