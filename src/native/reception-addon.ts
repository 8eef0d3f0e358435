import type { SrtpHandle } from './srtp-addon.js'

/** Places of `ReceptionMemory.reception` that `openReception` reads. */
export const openRegister = { unitsPerMs: 0, ptimeMs: 1, isFixed: 2, initialMs: 3, minMs: 4, maxMs: 5 } as const

/** Places that `readState` and `closeInterval` write. */
export const stateRegister = {
  ssrc: 0,
  highestSequence: 1,
  extendedHighest: 2,
  cumulativeLost: 3,
  jitterUnits: 4,
  /** -1: no audio was heard. */
  audioPayloadType: 5,
  ptimeMs: 6,
  delayMs: 7,
  /** NaN: nothing was played. */
  meanHeldMs: 8,
} as const

/** Places that `readFates` writes. */
export const fatesRegister = {
  expected: 0,
  lost: 1,
  discarded: 2,
  runs: 3,
  burstDensity: 4,
  gapDensity: 5,
  burstPackets: 6,
  gapPackets: 7,
} as const

/** So many sources a stream over ICE can have described. */
export const mostSources = 4

/**
 * What is done with packets from elsewhere than a stream expects them, by number. To ask is to leave to JavaScript what
 * comes from elsewhere, from a source that was not described, or under a payload type that was not agreed on.
 */
export const sourcePolicies = ['take', 'reject', 'latch', 'ask'] as const

/** Columns of the table of statistics that the native part writes, a place for each row. */
export interface ReceptionMemory {
  readonly reception: Float64Array
  readonly packetsReceived: Uint32Array
  readonly bytesReceived: Uint32Array
  readonly packetsExpected: Uint32Array
  readonly packetsReordered: Uint32Array
  readonly packetsDuplicated: Uint32Array
  readonly packetsLostAtStart: Uint32Array
  readonly packetsDiscarded: Uint32Array
  readonly ssrcReceived: Uint32Array
  readonly sourceChanges: Uint32Array
  readonly unexpectedSource: Uint32Array
  readonly stalePackets: Uint32Array
  readonly dtmfDigits: Uint32Array
  readonly packetsLost: Float64Array
  readonly jitterMs: Float64Array
  readonly jitterMeanMs: Float64Array
  readonly jitterMaxMs: Float64Array
  readonly longestGapMs: Float64Array
  readonly firstPacketMs: Float64Array
  readonly lastPacketMs: Float64Array
}

/** What was received, a row a stream (native/reception_binding.h). */
export interface ReceptionEngine {
  /** A stream begins in the row by the registers. Clocks and kinds of payload types: 128 each. */
  openReception(row: number, unitsPerMs: Float64Array, kinds: Uint8Array): void
  usePayloadTypes(row: number, unitsPerMs: Float64Array, kinds: Uint8Array): void
  setPtime(row: number, ms: number): void
  /**
   * `policy`: a place among `sourcePolicies`. Before it packets are expected from anywhere. `ssrcs`: those that the far
   * side described, `mostSources` of them or none, where the policy is to ask.
   */
  expectFrom(row: number, host: string, port: number, ipv6: boolean, policy: number, ssrcs: Uint32Array): void
  /** Whether JavaScript wants packets that are counted too, and whether any are expected. */
  setUse(row: number, isHeard: boolean, isExpecting: boolean): void
  /** Packets are SRTP that this receiver opens, or JavaScript where it does not; undefined: they are plain. */
  openUnder(row: number, srtp: SrtpHandle | undefined): void
  /** The source of the stream before on the same socket. */
  formerSource(row: number, ssrc: number, sequence: number): void
  /** The socket's packets are counted where they arrive; those that JavaScript has yet to take, before. */
  countOn(row: number, socket: number): void
  /** All that comes to the socket is for JavaScript. */
  countNone(socket: number): void
  /** Streams share the socket: its packets are counted where a route leads, and otherwise for JavaScript. */
  share(socket: number): void
  /** Packets of a source from there are counted for the row; below zero: for none any more. */
  route(socket: number, host: string, port: number, ipv6: boolean, ssrc: number, row: number): void
  /** What may wait in the socket, as the kernel counts. */
  receiveBufferBytes(socket: number): number
  /** A packet that JavaScript took: its header is valid. */
  count(row: number, bytes: Uint8Array, atMs: number): void
  pause(row: number): void
  markAnswered(row: number, nowMs: number): void
  /** Fraction lost since the last time, in 1/256; the state as of then is in the registers. */
  closeInterval(row: number): number
  readState(row: number): void
  readFates(row: number): void
  /** Start and length of a step in ms, then five numbers a step; empty before the first packet. */
  timeline(row: number): Float64Array
  /** End and length of each, ms. */
  longGaps(row: number): Float64Array
  digits(row: number): string
}
