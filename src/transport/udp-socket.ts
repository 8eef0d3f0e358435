import type { Address } from '../model/address.js'
import type { Wire } from '../sip/message/wire.js'
import type { TransportFailure } from './transport.js'

export interface UdpSocketOptions {
  readonly local: Address
  readonly ipv6: boolean
  /** The one that a connected socket hears and sends to. */
  readonly peer: Address | undefined
  readonly receiveBufferBytes: number
  /** Several datagrams may leave in one call, up to 0.2 ms later, where the implementation can do so. */
  readonly batches: boolean
}

/** A bound UDP socket: the port in front of node:dgram and of the native part. */
export interface UdpSocket {
  readonly local: Address
  /** Bytes that the system has not taken yet. */
  readonly queuedBytes: number
  /** From within the turn in which the socket was opened, so that nothing is lost. */
  attach(events: UdpSocketEvents): void
  /**
   * Hands a datagram to the kernel within the call, or within the turn where it sends in batches. `to` is undefined for a
   * connected socket.
   */
  send(wire: Wire, to: Address | undefined): void
  /** Resolves when the port is free. Nothing is told afterwards. */
  close(): Promise<void>
}

export interface UdpSocketEvents {
  /** `arrivedMs` by performance.now(). An address is the same object every time, as far as memory allows. */
  onDatagram(wire: Wire, from: Address, arrivedMs: number): void
  /** What the system says, never from within `send`; `to` is where a datagram could not be sent, when that is known. */
  onError(error: Error, to: Address | undefined): void
}

export type OpenUdpSocket = (options: UdpSocketOptions) => Promise<UdpSocket | TransportFailure>
