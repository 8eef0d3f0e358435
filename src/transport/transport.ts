import type { Address, TransportName } from '../model/address.js'
import type { Wire } from '../sip/message/wire.js'
import type { TargetGuard } from './guard.js'
import type { WireTap } from './wire-tap.js'

export const failureKinds = [
  'refused',
  'unreachable',
  'timeout',
  'reset',
  'closed',
  'certificate',
  'handshake',
  'address-in-use',
  'address-not-available',
  'permission',
  'resolve',
  'too-large',
  'descriptors',
  'other',
] as const

export type TransportFailureKind = (typeof failureKinds)[number]

/** Why a connection, a listener or one message did not come about. A value, never thrown. */
export interface TransportFailure {
  readonly kind: TransportFailureKind
  /** What the system or the library calls it, for example `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly code: string
  /** One sentence for people. */
  readonly text: string
}

/** Tells a failure from the Channel or Listener that was hoped for. */
export const isTransportFailure = (value: object): value is TransportFailure =>
  'kind' in value && 'code' in value && 'text' in value

/**
 * One connection, or one UDP socket. `send` and `keepAlive` never throw and never report from within the call: what
 * fails arrives later at `ChannelEvents.onFailure`.
 */
export interface Channel {
  /** Unique in the process. */
  readonly id: number
  readonly transport: TransportName
  readonly reliable: boolean
  readonly secure: boolean
  readonly local: Address
  /** The peer of a connection; undefined for an unconnected UDP socket. */
  readonly remote: Address | undefined
  /** Bytes accepted by `send` that the system has not taken yet. */
  readonly queuedBytes: number
  /** Bytes must not be changed afterwards. `to` matters for unconnected UDP only. */
  send(wire: Wire, to?: Address): void
  /** Double CRLF (RFC 5626 4.4.1) or STUN (4.4.2), `to` as for `send`; the answer arrives at onPong. */
  keepAlive(to?: Address): void
  /** Flushes, closes in order and resolves when the handle is gone. Repeated calls give the same promise. */
  close(): Promise<void>
}

export interface ChannelEvents {
  /** An inbound connection, or the one channel of a UDP listener, before anything is received on it. */
  onOpen?(channel: Channel): void
  /**
   * One whole message as far as the transport can frame it; the receiver may keep it. `arrivedMs` by
   * performance.now(): when the kernel took it in where that is known, otherwise when it was read.
   */
  onMessage(channel: Channel, from: Address, wire: Wire, arrivedMs: number): void
  /** `to` is known for UDP. A connection that fails is closed; a UDP socket goes on. */
  onFailure(channel: Channel, failure: TransportFailure, to?: Address): void
  /** Exactly once for each channel, whoever closed it. */
  onClose(channel: Channel, reason: string): void
  /** The answer to a keep-alive of ours. */
  onPong?(channel: Channel): void
  /** A keep-alive of the peer's: answered where the transport wants that, and never a message. */
  onPing?(channel: Channel): void
  /**
   * Bytes that are no SIP message; `kind` is a fixed word for counting. A stream that can no longer be framed gives the
   * head it failed at, so that a request can still be answered 400 from within the call; the connection then closes.
   */
  onMalformed?(channel: Channel, kind: string, head?: Buffer): void
  /** A peer that failed before it became a channel: TLS or WebSocket handshake, or accept itself. */
  onInboundFailure?(failure: TransportFailure, from: Address | undefined): void
}

/** Sees every message and keep-alive in plain text, whatever the transport encrypts. */
export type Tap = (channel: Channel, direction: 'sent' | 'received', remote: Address, bytes: Uint8Array) => void

/**
 * Settings of the client side of TLS. Make one object and use it for every connection it describes: the security
 * context, which is large, is made once per object.
 */
export interface TlsClientOptions {
  /** PEM text of the authorities to trust instead of the system's. */
  readonly ca?: string | undefined
  /** PEM text of our certificate, and its key. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Whom the certificate must name; also sent as SNI when it is no address. By default the remote address. */
  readonly serverName?: string | undefined
  readonly verify: 'full' | 'none'
  /** Lines in the NSS key log format, each ending in a line feed. */
  readonly keyLog?: ((line: Buffer) => void) | undefined
}

export interface TlsServerOptions {
  readonly cert: string
  readonly key: string
  /** Authorities that sign client certificates. */
  readonly ca?: string | undefined
  /** `require` refuses a client without a certificate that `ca` vouches for. */
  readonly clientCertificate?: 'none' | 'require' | undefined
  readonly keyLog?: ((line: Buffer) => void) | undefined
}

export interface WsClientOptions {
  /** Default `/`. */
  readonly path?: string | undefined
  /** Host header as a whole; default: the TLS server name or remote address, and the port unless it is the default. */
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface WsServerOptions {
  /** Any when undefined; a request for another path is answered 404. */
  readonly path: string | undefined
  /** Refuses (400) a client that does not offer the sub-protocol `sip` (RFC 7118 4.1). */
  readonly requireProtocol: boolean
}

export interface UdpOptions {
  /** SO_RCVBUF asked for; the kernel may give less. Default 4 MiB, 16 MiB of a socket that listens. */
  readonly receiveBufferBytes?: number | undefined
  /** Connects the socket to `remote`: it then hears of ICMP errors, and hears nobody else. */
  readonly connected?: boolean | undefined
  /** What `keepAlive` sends: the STUN request of RFC 5626 4.4.2 (default), or double CRLF as many phones do. */
  readonly keepAlive?: 'crlf' | 'stun' | undefined
  /** What is sent within 0.2 ms may leave in one call where length and place are the same. Default false. */
  readonly batches?: boolean | undefined
}

export interface ConnectOptions {
  readonly remote: Address
  /** Source address and port; absent parts are the system's choice. */
  readonly local?: Partial<Address> | undefined
  /** For the whole of it: TCP, TLS and WebSocket handshakes. */
  readonly timeoutMs: number
  /** Asked about every address that is connected or sent to. */
  readonly guard: TargetGuard
  readonly tls?: TlsClientOptions | undefined
  readonly ws?: WsClientOptions | undefined
  readonly udp?: UdpOptions | undefined
  readonly tap?: Tap | undefined
  readonly wire?: WireTap | undefined
}

export interface ListenOptions {
  /** Port 0 lets the system choose. */
  readonly local: Address
  readonly tls?: TlsServerOptions | undefined
  readonly ws?: WsServerOptions | undefined
  readonly udp?: UdpOptions | undefined
  /** Asked about every address that a UDP listener's channel sends to; absent: all are permitted. */
  readonly guard?: TargetGuard | undefined
  readonly tap?: Tap | undefined
  readonly wire?: WireTap | undefined
}

export interface Listener {
  readonly local: Address
  /** The one channel of a UDP listener. */
  readonly channel: Channel | undefined
  /** Shows another certificate to who connects from now on; without TLS nothing happens. */
  renewCertificate?(certificate: Pick<TlsServerOptions, 'cert' | 'key'>): void
  /** Stops listening and closes every channel that came in through it. */
  close(): Promise<void>
}

export interface Transport {
  readonly name: TransportName
  readonly reliable: boolean
  readonly secure: boolean
  readonly defaultPort: number
  /** As written in Via: UDP, TCP, TLS, WS, WSS. */
  readonly viaToken: string
  /** Value of the URI parameter `transport`. */
  readonly uriParam: string
  /**
   * For UDP binds a socket whose messages go to `remote` unless `send` says otherwise. A server that speaks first may be
   * heard through `events` before the promise resolves.
   */
  connect(options: ConnectOptions, events: ChannelEvents): Promise<Channel | TransportFailure>
  listen(options: ListenOptions, events: ChannelEvents): Promise<Listener | TransportFailure>
}
