import type { Address, TransportName } from '../model/address.js'
import type { Octets } from './octets.js'

/**
 * What a capture holds for judgement, in the order of its frames. Copies of a frame that the capture holds twice are
 * gone before (they are counted in `CaptureSummary`): two equal messages are two sendings.
 *
 * Times are milliseconds since 1970 as the capture tells them, with a fraction (resolution about a quarter of a
 * microsecond). Frame numbers count from 1 over the whole file, as Wireshark counts them.
 */
export type CaptureEvent =
  | CapturedMessage
  | CapturedFrame
  | CapturedHandshake
  | ConnectionChange
  | CaptureLoss
  | CapturedUnreachable

/** Where something was seen. */
export interface Sighting {
  /** When it was complete: the time of the frame that completed it. */
  readonly atMs: number
  /** Time of its first frame; equal to `atMs` when it came in one. */
  readonly firstAtMs: number
  /** Every frame with a part of it, ascending; at least one. For a Wireshark filter: `frame.number in {..}`. */
  readonly frames: readonly number[]
  readonly source: Address
  readonly destination: Address
  readonly transport: TransportName
  /** IPv4 time to live or IPv6 hop limit of its last frame: 64, 128 and 255 tell that the sender is near. */
  readonly ttl: number
  /**
   * The UDP or TCP checksum of its last frame. `bad`: most likely the network card of the capturing host completes it,
   * so the sender is that host. `absent`: UDP without one. `unknown`: the frame was cut, or decrypted by another program.
   */
  readonly checksum: 'good' | 'bad' | 'absent' | 'unknown'
  /** Number of the capturing interface; 0 in pcap files. */
  readonly interfaceIndex: number
  /** The connection it came on; undefined for udp. */
  readonly connection?: CapturedConnection
}

/** One datagram, one message cut from a stream by Content-Length, or one WebSocket message. */
export interface CapturedMessage extends Sighting {
  readonly kind: 'message'
  /**
   * `sip`: begins with what may be a start-line of SIP, after CRLFs that are part of `bytes` too.
   * `keep-alive`: nothing but CRLFs, or an empty WebSocket message (RFC 5626 3.5.1).
   * `other`: a message of a WebSocket connection, or the head of a stream, that is no SIP.
   */
  readonly content: 'sip' | 'keep-alive' | 'other'
  /** As on the wire (decrypted, unmasked, inflated, joined); they belong to the receiver. */
  readonly bytes: Buffer
  /** The same, for whoever reads them where they stand; only of messages that were copied out of packets. */
  readonly octets?: Octets
  /** True when the capture kept only a part (snaplen, a gap within the message): nothing is known of the rest. */
  readonly truncated: boolean
  /** Why a stream could not be cut into messages from here on; `bytes` are the head or the rest. */
  readonly framing?:
    | 'missing-content-length'
    | 'invalid-content-length'
    | 'conflicting-content-length'
    | 'head-too-large'
    | 'message-too-large'
  /** Facts of the WebSocket message; only for ws and wss. */
  readonly webSocket?: WebSocketFacts
}

/** A data message of RFC 6455 5.4 as it travelled. */
export interface WebSocketFacts {
  /** 1 text, 2 binary: the opcode of its first frame. */
  readonly opcode: number
  /** Frames that made up the message. */
  readonly fragments: number
  /** Masked in all, in none, or in some of its frames. */
  readonly masked: 'all' | 'none' | 'mixed'
  /** RSV1 of the first frame: the payload travelled deflated (RFC 7692). */
  readonly compressed: boolean
  /** Control frames that came between its fragments. */
  readonly interleaved: number
  /** False when the message was found in the middle of a connection and earlier frames of it may be missing. */
  readonly begun: boolean
}

/** One WebSocket frame, data frames too (their payload is in the message that they complete). */
export interface CapturedFrame extends Sighting {
  readonly kind: 'websocket-frame'
  readonly final: boolean
  /** RSV1 to RSV3 as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly reserved: number
  /** RFC 6455 5.2: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong; others are reserved. */
  readonly opcode: number
  readonly masked: boolean
  /** Octets of payload that the frame declares. */
  readonly payloadLength: number
  /** Length written in more octets than needed (RFC 6455 5.2 forbids that). */
  readonly overlongLength: boolean
  /** Unmasked payload of a control frame (of at most 125 octets); empty for data frames. */
  readonly controlPayload: Buffer
}

/** One half of an HTTP upgrade (RFC 6455 4). */
export interface CapturedHandshake extends Sighting {
  readonly kind: 'websocket-handshake'
  readonly part: 'request' | 'response'
  /** Head with its empty line, as on the wire. */
  readonly head: Buffer
}

/** A TCP connection is there, is upgraded, or ends. */
export interface ConnectionChange extends Sighting {
  readonly kind: 'connection'
  /**
   * `opened`: SYN with its ACK seen. `found`: first segment of one whose start is not in the capture.
   * `fin`: the source has sent all. `reset`: the source broke it off.
   */
  readonly change: 'opened' | 'found' | 'fin' | 'reset'
}

/** A TCP connection with what is known of it so far; one object a connection, to be compared by identity. */
export interface CapturedConnection {
  /** Counts from 1 in the order of first frames; a port pair used again is a new connection. */
  readonly id: number
  /** Who opened it; when its start is not in the capture, the side that is not at a well-known port or speaks first. */
  readonly client: Address
  readonly server: Address
  readonly transport: TransportName
  /** SYN and SYN-ACK are in the capture: what is known begins with its first byte. */
  readonly fromStart: boolean
  /** Heads of the HTTP upgrade, once seen; both missing on a connection that was recognized by its frames. */
  readonly upgradeRequest?: Buffer
  readonly upgradeResponse?: Buffer
}

/** An entry of the loss ledger: in this window, at these hosts, absence proves nothing. */
export interface CaptureLoss {
  readonly kind: 'loss'
  /**
   * `gap`: octets of a stream that were acknowledged or overtaken and never seen. `dropped`: the capturing program
   * says that it lost packets. `fragment`: an IP datagram lacks fragments. `cut`: the snap length cut a packet whose
   * rest was needed. `encrypted`: a TLS connection that could not be decrypted. `damage`: the file is damaged here.
   */
  readonly reason: 'gap' | 'dropped' | 'fragment' | 'cut' | 'encrypted' | 'damage'
  readonly fromMs: number
  readonly toMs: number
  /** Last frame before it; 0 when there is none. */
  readonly afterFrame: number
  /** Both ends, source first, when it touches one direction of one flow; otherwise it touches all that the file holds. */
  readonly source?: Address
  readonly destination?: Address
  readonly connection?: CapturedConnection
  /** Octets of a gap, packets of the others; undefined when unknown. */
  readonly count?: number
  /** A sentence for people. */
  readonly text: string
}

/** An ICMP error that quotes a datagram of a flow that carries SIP: its sender learns of a transport failure. */
export interface CapturedUnreachable {
  readonly kind: 'unreachable'
  readonly atMs: number
  readonly frames: readonly number[]
  /** Who reports it. */
  readonly reporter: string
  /** Ends of the quoted datagram: who had sent it and where to. */
  readonly source: Address
  readonly destination: Address
  readonly transport: 'udp' | 'tcp'
  /** ICMP or ICMPv6 type and code. */
  readonly type: number
  readonly code: number
}

/** Where a file stops being readable, or why it is none; everything before was delivered. */
export interface CaptureDamage {
  /** As given by the caller; `-` is standard input. */
  readonly file: string
  /** Byte offset in the file, after unpacking of gzip. */
  readonly offset: number
  /** A sentence, without file and offset. */
  readonly text: string
}

/** What is known when a capture has been read to its end. */
export interface CaptureSummary {
  readonly file: string
  /** `pcap` or `pcapng`; undefined when it is neither: see `damage`. */
  readonly format: 'pcap' | 'pcapng' | undefined
  readonly frames: number
  /** Copies that were removed. */
  readonly duplicates: number
  /** Frames that hold no IP, or an IP protocol or link type that is not read, by name. */
  readonly unread: Readonly<Record<string, number>>
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
  /** Nothing after it could be read. */
  readonly damage: CaptureDamage | undefined
  /** What people should know, such as TLS that could not be decrypted and why. */
  readonly notes: readonly string[]
}
