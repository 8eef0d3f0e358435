import type { VoipMetrics } from '../../model/voip-metrics.js'
import { uint16, writeUint16 } from '../rtp/rtp-header.js'

/*
 *  RFC 3611 4.7, without the block's header and SSRC: eight words less one. Its text says seven words for the whole
 *  block, its block length of 8 and its figure say nine.
 *  |   loss rate   | discard rate  | burst density |  gap density  |
 *  |       burst duration          |         gap duration          |
 *  |     round trip delay          |       end system delay        |
 *  | signal level  |  noise level  |     RERL      |     Gmin      |
 *  |   R factor    | ext. R factor |    MOS-LQ     |    MOS-CQ     |
 *  |   RX config   |   reserved    |          JB nominal           |
 *  |          JB maximum           |          JB abs max           |
 */
export const voipMetricsBytes = 28

const unavailable = 127
/** In the order of their two bits. */
const concealments = ['unspecified', 'disabled', 'enhanced', 'standard'] as const
const jitterBuffers = ['unknown', 'reserved', 'fixed', 'adaptive'] as const

export function writeVoipMetrics(into: Uint8Array, at: number, metrics: VoipMetrics): void {
  into[at] = fraction(metrics.lossRate)
  into[at + 1] = fraction(metrics.discardRate)
  into[at + 2] = fraction(metrics.burstDensity)
  into[at + 3] = fraction(metrics.gapDensity)
  writeUint16(into, at + 4, whole(metrics.burstMs))
  writeUint16(into, at + 6, whole(metrics.gapMs))
  writeUint16(into, at + 8, whole(metrics.roundTripMs))
  writeUint16(into, at + 10, whole(metrics.endSystemDelayMs))
  into[at + 12] = decibels(metrics.signalLevelDb)
  into[at + 13] = decibels(metrics.noiseLevelDb)
  into[at + 14] = decibels(metrics.rerlDb)
  into[at + 15] = metrics.gmin
  into[at + 16] = rating(metrics.rFactor)
  into[at + 17] = rating(metrics.externalRFactor)
  into[at + 18] = score(metrics.mosLq)
  into[at + 19] = score(metrics.mosCq)
  const configuration = (concealments.indexOf(metrics.concealment) << 2) | jitterBuffers.indexOf(metrics.jitterBuffer)
  into[at + 20] = (configuration << 4) | metrics.jitterBufferRate
  into[at + 21] = 0
  writeUint16(into, at + 22, whole(metrics.jitterBufferNominalMs))
  writeUint16(into, at + 24, whole(metrics.jitterBufferMaxMs))
  writeUint16(into, at + 26, whole(metrics.jitterBufferAbsMaxMs))
}

export function readVoipMetrics(bytes: Uint8Array, at: number): VoipMetrics {
  const byte = (offset: number): number => bytes[at + offset] ?? 0
  return {
    lossRate: byte(0) / 256,
    discardRate: byte(1) / 256,
    burstDensity: byte(2) / 256,
    gapDensity: byte(3) / 256,
    burstMs: uint16(bytes, at + 4),
    gapMs: uint16(bytes, at + 6),
    roundTripMs: uint16(bytes, at + 8),
    endSystemDelayMs: uint16(bytes, at + 10),
    signalLevelDb: signed(byte(12)),
    noiseLevelDb: signed(byte(13)),
    rerlDb: signed(byte(14)),
    gmin: byte(15),
    rFactor: within(byte(16), 0, 100),
    externalRFactor: within(byte(17), 0, 100),
    mosLq: tenths(within(byte(18), 10, 50)),
    mosCq: tenths(within(byte(19), 10, 50)),
    concealment: concealments[byte(20) >>> 6] ?? 'unspecified',
    jitterBuffer: jitterBuffers[(byte(20) >>> 4) & 3] ?? 'unknown',
    jitterBufferRate: byte(20) & 15,
    jitterBufferNominalMs: uint16(bytes, at + 22),
    jitterBufferMaxMs: uint16(bytes, at + 24),
    jitterBufferAbsMaxMs: uint16(bytes, at + 26),
  }
}

/** The binary point at the left edge; the integer part, 255 at most. */
const fraction = (share: number): number => Math.max(0, Math.min(255, Math.floor(share * 256)))

const whole = (value: number): number => Math.max(0, Math.min(0xffff, Math.round(value)))

const decibels = (db: number | undefined): number =>
  db === undefined ? unavailable : Math.max(-128, Math.min(126, Math.round(db))) & 0xff

const signed = (byte: number): number | undefined => (byte === unavailable ? undefined : (byte << 24) >> 24)

const rating = (r: number | undefined): number =>
  r === undefined ? unavailable : Math.max(0, Math.min(100, Math.round(r)))

const score = (mos: number | undefined): number =>
  mos === undefined ? unavailable : Math.max(10, Math.min(50, Math.round(mos * 10)))

/** 4.7.5: other values than those of its range must be ignored. */
const within = (byte: number, low: number, high: number): number | undefined =>
  byte >= low && byte <= high ? byte : undefined

const tenths = (byte: number | undefined): number | undefined => (byte === undefined ? undefined : byte / 10)
