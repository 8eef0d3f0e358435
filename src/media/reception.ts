import type { StreamGap, StreamTimeline } from '../model/record.js'
import type { JitterBufferSettings } from '../model/terminal.js'
import type { BurstMetrics } from './packet-fates.js'
import type { PayloadTypes } from './rtp/payload-types.js'

/** What a receiver knows of one stream; the figures are defined at `ReceiveStatistics`. */
export interface Reception {
  /** What may arrive; by the payload type of a packet its timestamp is understood. */
  payloadTypes: PayloadTypes
  /** Packet time; what is set counts until timestamps tell. */
  ptimeMs: number
  /** DTMF so far. */
  readonly digits: string
  /** Takes a packet whose header is valid. */
  receive(bytes: Uint8Array, atMs: number): void
  /** When the first packet at or after `nowMs` arrives, losses so far become losses at the start. Only once. */
  markAnswered(nowMs: number): void
  /** The time until the next packet is no gap: nothing is expected, or the far side was told to wait. */
  pause(): void
  /** Ends the interval that a report block is about, and begins the next one; undefined before the first packet. */
  closeInterval(): ReceptionInterval | undefined
  /** Encoding of the audio heard last; undefined before it, and where its payload type was not agreed. */
  readonly encoding: string | undefined
  readonly heard: boolean
  readonly ssrc: number
  readonly highestSequence: number
  /** The modelled jitter buffer of the terminal. */
  readonly jitterBuffer: JitterBufferView
  readonly longGaps: readonly StreamGap[]
  fates(): FatesView
  timeline(): StreamTimeline | undefined
}

/** What a report block says of the source heard now (RFC 3550 6.4.1). */
export interface ReceptionInterval {
  readonly ssrc: number
  /** Of the interval, in 1/256 (RFC 3550 A.3). */
  readonly fractionLost: number
  readonly cumulativeLost: number
  /** Cycles and highest sequence number, 32 bits. */
  readonly highestSequence: number
  readonly jitterUnits: number
}

export interface FatesView {
  readonly expected: number
  readonly lost: number
  readonly discarded: number
  readonly runs: number
  readonly burst: BurstMetrics
}

export interface JitterBufferView {
  readonly settings: JitterBufferSettings
  /** Delay of a packet on the fastest transit, now. */
  readonly delayMs: number
  readonly maxMs: number
  /** Mean time that packets waited to be played; undefined: none was. */
  readonly meanHeldMs: number | undefined
}
