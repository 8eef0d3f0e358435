import type { ReceptionEngine, ReceptionMemory } from './reception-addon.js'
import type { SrtpHandle } from './srtp-addon.js'

/** What native/packet_ring.h lays out: a slot for each packet, and before the first one how many there were. */
export const ringSlotBytes = 2048

/** Places of `RtpMemory.registers`, which `start` reads; `stop` writes those that are marked. */
export const register = {
  ssrc: 0,
  payloadType: 1,
  /** Below zero: no DTMF. */
  eventPayloadType: 2,
  /** Of the next packet; written by `stop`. */
  sequence: 3,
  /** 1: the next packet begins a talkspurt; written by `stop`. */
  marker: 4,
  /** A timestamp and the tick that it stands for; both written by `stop`. */
  timestamp: 5,
  timestampTick: 6,
  unitsPerMs: 7,
  startTick: 8,
  periodMs: 9,
  track: 10,
  firstFrame: 11,
  /** Of a schedule to keep to, 0: any; written by `stop`. */
  dueTick: 12,
} as const

/** Steps of 0.1 ms in `RtpMemory.lag`; their number and the longest, in microseconds, follow. */
export const lagSteps = 5000

/** Memory that the native part reads and writes as long as it is open; columns have a place for each row. */
export interface RtpMemory extends ReceptionMemory {
  /** A power of two of slots, and one. */
  readonly ring: Uint8Array
  /** A power of two of octets, and 64 (native/sent_ring.h). */
  readonly sentRing: Uint8Array
  readonly registers: Float64Array
  readonly packetsSent: Uint32Array
  readonly octetsSent: Uint32Array
  readonly sendsSkipped: Uint32Array
  /** Whole marks of the row's stream. */
  readonly marksSent: Uint32Array
  /** When its first and its last audio was due, ms; NaN before. */
  readonly spokenFromMs: Float64Array
  readonly spokenToMs: Float64Array
  readonly lag: Uint32Array
  /** One number: packets that the kernel did not take. */
  readonly failures: Uint32Array
}

/** Sockets and threads of one port of streams (native/rtp_binding.h). A result below zero is an errno, negative. */
export interface RtpEngine extends ReceptionEngine {
  /** A socket's number. */
  bind(host: string, port: number, ipv6: boolean, receiveBufferBytes: number): number
  /** Sends from the calling thread: 0, or an errno. */
  send(socket: number, bytes: Uint8Array, host: string, port: number, ipv6: boolean): number
  /** Of the packet in a slot that is being read. */
  sourceHost(slot: number): string
  sourcePort(slot: number): number
  /** Nothing more of it comes into the ring, and the number will be used again. */
  closeSocket(socket: number): void
  /** Whether RTP that the engine sends by itself goes into the ring too, in clear. */
  showSent(wanted: boolean): void
  /** Keeps a copy of payloads that lie one after the other, at least one: its number. */
  addTrack(bytes: Uint8Array, lengths: Uint32Array): number
  /** A stream begins in the row; it does not send yet. */
  begin(row: number): void
  /**
   * Sends by the registers, or goes on by them: the tick that is due next, or an errno for an address of another family.
   * `srtp`, a sender, protects what is sent, and protects no RTP for anybody else until `stop`; undefined: in clear.
   */
  start(row: number, socket: number, host: string, port: number, ipv6: boolean, srtp: SrtpHandle | undefined): number
  stop(row: number): void
  /** Queues a digit by its event code (RFC 4733). */
  pushEvent(row: number, event: number, toneMs: number, pauseMs: number): void
  /** Forgets digits that have not begun: how many. */
  clearEvents(row: number): number
  /** The tick that the row is due at; 0 while a mark waits or is in progress. */
  markTick(row: number): number
  /** Plays the payloads in place of the track when exactly this tick is due. */
  mark(row: number, startTick: number, bytes: Uint8Array, lengths: Uint32Array): void
  /** Ends the threads and closes all sockets; nothing may be called afterwards. */
  close(): void
}

export interface RtpAddon {
  monotonicMs(): number
  /** Times are milliseconds of the monotonic clock less `originMs`. `onPackets`: there are packets in the ring. */
  open(originMs: number, memory: RtpMemory, onPackets: () => void): RtpEngine | number
}
