import type { Address, TransportName } from '../model/address.js'

export interface WireEvents {
  /** A datagram, a WebSocket message, or a piece of a stream as it came. */
  onBytes(bytes: Buffer): void
  /**
   * `closed` or `refused`, with the reason behind a colon; `closed by a close frame` with its status, and `pong` with its
   * octets.
   */
  onEvent(text: string): void
}

/** One socket towards the target. */
export interface Wire {
  readonly transport: TransportName
  readonly local: Address
  /** Bytes as they are. `to`: another place than the target's, for datagrams; `binary`: as binary WebSocket message. */
  send(bytes: Buffer, options?: { readonly to?: Address; readonly binary?: boolean }): void
  /** One frame, on wires of WebSocket. `first` is its first octet: FIN, reserved bits and opcode (RFC 6455 5.2). */
  frame?(first: number, payload: Buffer): void
  close(): void
}

/** Where the wires come from: real sockets, or a far side that tests have written. */
export interface Network {
  /** The failure in words when it does not open. */
  open(transport: TransportName, events: WireEvents): Promise<Wire | string>
}
