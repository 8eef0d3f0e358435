import type { VoipMetrics } from '../../model/voip-metrics.js'
import { uint16, uint32, writeUint16, writeUint32 } from '../rtp/rtp-header.js'
import { ntpFraction, ntpSeconds, rtcpType } from './rtcp-packet.js'
import { readVoipMetrics, voipMetricsBytes, writeVoipMetrics } from './voip-metrics.js'

/** Block types of RFC 3611 that are written and read here. */
const blockType = { receiverReferenceTime: 4, dlrr: 5, voipMetrics: 7 } as const

const packetHeaderBytes = 8
const blockHeaderBytes = 4
const dlrrSubBlockBytes = 12

/** The answer to a reference time of a receiver (RFC 3611 4.5). */
export interface DelaySinceReference {
  readonly ssrc: number
  /** Middle 32 bits of its reference time. */
  readonly lrr: number
  /** Since it arrived, in 1/65536 s. */
  readonly dlrr: number
}

/** What an XR packet of ours says; what is undefined has no block. */
export interface ExtendedReport {
  /** Our wall clock, for those who want to tell us how long ago that was (4.4). */
  readonly referenceWallMs?: number | undefined
  readonly delaySinceReference?: DelaySinceReference | undefined
  readonly voip?: { readonly ssrc: number; readonly metrics: VoipMetrics } | undefined
}

/** Takes what an XR packet says. */
export interface ExtendedReportVisitor {
  onReferenceTime(ssrc: number, ntpMiddle: number): void
  onDelaySinceReference(about: number, lrr: number, dlrr: number): void
  onVoipMetrics(about: number, metrics: VoipMetrics): void
}

/** Bytes of the packet; 0 when it would have no block. */
export function extendedReportBytes(report: ExtendedReport): number {
  const blocks =
    (report.referenceWallMs === undefined ? 0 : blockHeaderBytes + 8) +
    (report.delaySinceReference ? blockHeaderBytes + dlrrSubBlockBytes : 0) +
    (report.voip ? blockHeaderBytes + 4 + voipMetricsBytes : 0)
  return blocks === 0 ? 0 : packetHeaderBytes + blocks
}

/** Writes the packet at `start`, where there is room for it (RFC 3611 2 and 3). */
export function writeExtendedReport(into: Uint8Array, start: number, ssrc: number, report: ExtendedReport): void {
  into[start] = 0x80
  into[start + 1] = rtcpType.extendedReport
  writeUint16(into, start + 2, extendedReportBytes(report) / 4 - 1)
  writeUint32(into, start + 4, ssrc)
  let at = start + packetHeaderBytes
  const { referenceWallMs, delaySinceReference, voip } = report
  if (referenceWallMs !== undefined) {
    at = writeBlockHeader(into, at, blockType.receiverReferenceTime, 2)
    writeUint32(into, at, ntpSeconds(referenceWallMs))
    writeUint32(into, at + 4, ntpFraction(referenceWallMs))
    at += 8
  }
  if (delaySinceReference) {
    at = writeBlockHeader(into, at, blockType.dlrr, 3)
    writeUint32(into, at, delaySinceReference.ssrc)
    writeUint32(into, at + 4, delaySinceReference.lrr)
    writeUint32(into, at + 8, delaySinceReference.dlrr)
    at += dlrrSubBlockBytes
  }
  if (voip) {
    at = writeBlockHeader(into, at, blockType.voipMetrics, 8)
    writeUint32(into, at, voip.ssrc)
    writeVoipMetrics(into, at + 4, voip.metrics)
  }
}

function writeBlockHeader(into: Uint8Array, at: number, type: number, words: number): number {
  into[at] = type
  into[at + 1] = 0
  writeUint16(into, at + 2, words)
  return at + blockHeaderBytes
}

/** Whether blocks fill the packet at `start` of `length` bytes exactly, and those known here have their length. */
export function extendedReportFits(bytes: Uint8Array, start: number, length: number): boolean {
  const end = start + length
  let at = start + packetHeaderBytes
  while (at + blockHeaderBytes <= end) {
    const words = uint16(bytes, at + 2)
    const type = bytes[at]
    if (type === blockType.voipMetrics && words !== 8) return false
    if (type === blockType.receiverReferenceTime && words !== 2) return false
    if (type === blockType.dlrr && words % 3 !== 0) return false
    at += blockHeaderBytes + 4 * words
  }
  return at === end
}

/** Visits the blocks of a packet that {@link extendedReportFits}; those of other types are passed over (3). */
export function visitExtendedReport(
  bytes: Uint8Array,
  start: number,
  length: number,
  visitor: ExtendedReportVisitor,
): void {
  const sender = uint32(bytes, start + 4)
  for (let at = start + packetHeaderBytes; at < start + length; at += blockHeaderBytes + 4 * uint16(bytes, at + 2)) {
    const content = at + blockHeaderBytes
    if (bytes[at] === blockType.receiverReferenceTime) {
      visitor.onReferenceTime(sender, ((uint16(bytes, content + 2) << 16) | uint16(bytes, content + 4)) >>> 0)
    } else if (bytes[at] === blockType.dlrr) {
      const end = content + 4 * uint16(bytes, at + 2)
      for (let sub = content; sub < end; sub += dlrrSubBlockBytes) {
        visitor.onDelaySinceReference(uint32(bytes, sub), uint32(bytes, sub + 4), uint32(bytes, sub + 8))
      }
    } else if (bytes[at] === blockType.voipMetrics) {
      visitor.onVoipMetrics(uint32(bytes, content), readVoipMetrics(bytes, content + 4))
    }
  }
}
