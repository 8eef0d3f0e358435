import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from '../../../model/address.js'
import { channelHeader } from '../../../stun/channel-data.js'

type Sent = (error: Error | null) => void

/** Sends one datagram to the TURN server, of one or of several parts. */
export type ToServer = (parts: Uint8Array | readonly Uint8Array[], onSent?: Sent) => void

/** What is sent before the server has bound the channel waits; more than this is checks that are repeated anyway. */
const mostWaiting = 8

const notBound = new Error('the TURN server has not bound the channel')

/** A channel of an allocation to one peer (RFC 8656 12). */
export class RelayChannel {
  readonly number: number
  readonly peer: Address
  /** As a socket would tell of what comes from the peer. */
  readonly from: RemoteInfo
  readonly #toServer: ToServer
  #state: 'binding' | 'bound' | 'refused' = 'binding'
  #waiting: Uint8Array[] = []
  /** Headers by the number of octets that follow: packets of a stream have few sizes. */
  readonly #headers = new Map<number, Buffer>()

  constructor(number: number, peer: Address, toServer: ToServer) {
    this.number = number
    this.peer = peer
    this.from = { address: peer.host, port: peer.port, family: isIPv6(peer.host) ? 'IPv6' : 'IPv4', size: 0 }
    this.#toServer = toServer
  }

  onBound(): void {
    this.#state = 'bound'
    const waiting = this.#waiting
    this.#waiting = []
    for (const bytes of waiting) this.send(bytes)
  }

  onRefused(): void {
    this.#state = 'refused'
    this.#waiting = []
  }

  /** `onSent` is called in any case, as a socket would. */
  send(bytes: Uint8Array, onSent?: Sent): void {
    if (this.#state === 'bound') {
      this.#toServer([this.#headerFor(bytes.length), bytes], onSent)
      return
    }
    if (onSent) onSent(notBound)
    else if (this.#state === 'binding' && this.#waiting.length < mostWaiting) this.#waiting.push(bytes)
  }

  #headerFor(length: number): Buffer {
    let header = this.#headers.get(length)
    if (!header) {
      header = channelHeader(this.number, length)
      this.#headers.set(length, header)
    }
    return header
  }
}
