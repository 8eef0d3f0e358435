import type { Address, TransportName } from '../model/address.js'

export interface WireEvents {
  /** A datagram, a WebSocket message, or a piece of a stream as it came. */
  onBytes(bytes: Buffer): void
  /**
   * `closed` or `refused`, with the reason behind a colon; `closed by a close frame` with its status, `pong` with its
   * octets, and `tls` with its version and the protocol that was chosen.
   */
  onEvent(text: string): void
  /** The head of the HTTP response to an opening of its own, or of the request of a client that comes to us. */
  onAnswer?(head: string): void
}

/** A WebSocket that is opened in another way than usual; the wire is there whatever the answer is. */
export interface Opening {
  /** What is sent instead of the usual upgrade request. */
  readonly head: string
  readonly tls?: { readonly alpn?: readonly string[]; readonly maxVersion?: 'TLSv1.1' }
}

/** How a client of WebSocket that comes to us is received. */
export interface Reception {
  readonly withinMs: number
  /** The head of our answer to its upgrade request, which is given; usually the 101. */
  readonly answer?: (head: string) => string
  /** Bytes of frames in the same segment. */
  readonly behind?: Buffer
  /** Shows a certificate that nobody vouches for. */
  readonly untrusted?: boolean
}

/** One socket towards the target. */
export interface Wire {
  readonly transport: TransportName
  readonly local: Address
  /** The target connected to us. */
  readonly isServer?: boolean
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
  /** Waits until the target connects to us; the failure in words when it does not. */
  admit?(events: WireEvents, reception: Reception): Promise<Wire | string>
  close?(): void
}
