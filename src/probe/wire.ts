import type { Address, TransportName } from '../model/address.js'

export interface WireEvents {
  /** A datagram, a WebSocket message, or a piece of a stream as it came. */
  onBytes(bytes: Buffer): void
  /**
   * `closed` or `refused`, with the reason behind a colon; `closed by a close frame` with its status, `pong` with its
   * octets, and `tls` with its version and the protocol that was chosen.
   */
  onEvent(text: string): void
  /** The head of the HTTP response to an opening of its own. */
  onAnswer?(head: string): void
}

/** A WebSocket that is opened in another way than usual; the wire is there whatever the answer is. */
export interface Opening {
  /** What is sent instead of the usual upgrade request. */
  readonly head: string
  readonly tls?: { readonly alpn?: readonly string[]; readonly maxVersion?: 'TLSv1.1' }
}

/** One socket towards the target. */
export interface Wire {
  readonly transport: TransportName
  readonly local: Address
  /** Bytes as they are. `to`: another place than the target's, for datagrams; `binary`: as binary WebSocket message. */
  send(bytes: Buffer, options?: { readonly to?: Address; readonly binary?: boolean }): void
  /** One frame, on wires of WebSocket. `first` is its first octet: FIN, reserved bits and opcode (RFC 6455 5.2). */
  frame?(first: number, payload: Buffer): void
  /** Ends a connection as a network that fails does: by RST, without a word. */
  lose?(): void
  close(): void
}

/** Where the wires come from: real sockets, or a far side that tests have written. */
export interface Network {
  /** The failure in words when it does not open. */
  open(transport: TransportName, events: WireEvents, opening?: Opening): Promise<Wire | string>
}
