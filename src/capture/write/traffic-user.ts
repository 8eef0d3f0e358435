import type { Address } from '../../model/address.js'
import type { Sender } from './connection-writer.js'

/** The octets of one connection, as TCP carries them, or would carry them without TLS. Valid only during the call. */
export interface ConnectionUser {
  octets(atMs: number, sender: Sender, bytes: Buffer): void
  /** The sender will send no more. */
  end(atMs: number, sender: Sender): void
}

export interface ConnectionKind {
  /** Its octets travel in TLS and are told in clear. */
  readonly secure: boolean
  readonly webSocket: boolean
  /** Which end is ours. */
  readonly ours: Sender
}

/** Takes what a run sends and receives; times are milliseconds since 1970. */
export interface TrafficUser {
  /** A SIP datagram, `sent` when it is ours; its bytes are valid only during the call. */
  datagram(atMs: number, source: Address, destination: Address, bytes: Uint8Array, sent: boolean): void
  /** A connection has come up. */
  connection(atMs: number, ends: Readonly<Record<Sender, Address>>, kind: ConnectionKind): ConnectionUser
}
