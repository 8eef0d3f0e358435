import { uint16, uint32 } from '../rtp/rtp-header.js'
import { type ExtendedReportVisitor, extendedReportFits, visitExtendedReport } from './extended-report.js'
import { blocksStart, reportBlockBytes, rtcpType } from './rtcp-packet.js'
import type { ReceptionInfo } from './rtcp-writer.js'

/** Why bytes are no compound RTCP packet (RFC 3550 A.2). */
export type RtcpDefect = 'too-short' | 'bad-version' | 'not-compound' | 'bad-length' | 'short-report' | 'bad-block'

/** Takes what a compound packet says, in its order. */
export interface RtcpVisitor extends ExtendedReportVisitor {
  onSenderReport(ssrc: number, ntpMiddle: number, packets: number, octets: number): void
  onReportBlock(block: ReceptionInfo): void
  onBye(ssrc: number): void
}

/** Checks the whole packet first, so that a broken one changes nothing; then visits its parts. */
export function readRtcp(bytes: Uint8Array, visitor: RtcpVisitor): RtcpDefect | undefined {
  const defect = rtcpDefect(bytes)
  if (defect) return defect
  for (let at = 0; at < bytes.length; at += partBytes(bytes, at)) visitPart(bytes, at, visitor)
  return undefined
}

const partBytes = (bytes: Uint8Array, at: number): number => 4 * (uint16(bytes, at + 2) + 1)

export function rtcpDefect(bytes: Uint8Array): RtcpDefect | undefined {
  if (bytes.length < 8) return 'too-short'
  if (((bytes[0] ?? 0) & 0xc0) !== 0x80) return 'bad-version'
  const first = bytes[1]
  const isReport = first === rtcpType.senderReport || first === rtcpType.receiverReport
  // A.2: the first part is a report and only the last may be padded.
  if (!isReport || ((bytes[0] ?? 0) & 0x20 && partBytes(bytes, 0) !== bytes.length)) return 'not-compound'
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return 'bad-length'
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return 'bad-version'
    const length = partBytes(bytes, at)
    if (at + length > bytes.length) return 'bad-length'
    if (length < neededBytes(bytes, at)) return 'short-report'
    if (bytes[at + 1] === rtcpType.extendedReport && !extendedReportFits(bytes, at, unpadded(bytes, at, length))) {
      return 'bad-block'
    }
    at += length
  }
  return undefined
}

/** The length of a part without the padding that its last byte counts (RFC 3550 6.4.1). */
function unpadded(bytes: Uint8Array, at: number, length: number): number {
  const isPadded = ((bytes[at] ?? 0) & 0x20) !== 0
  return isPadded ? length - (bytes[at + length - 1] ?? 0) : length
}

/** The least a part of its type and count can have. */
function neededBytes(bytes: Uint8Array, at: number): number {
  const count = (bytes[at] ?? 0) & 0x1f
  switch (bytes[at + 1]) {
    case rtcpType.senderReport:
    case rtcpType.receiverReport:
      return (blocksStart(bytes[at + 1] ?? 0) ?? 0) + count * reportBlockBytes
    case rtcpType.bye:
      return 4 + count * 4
    case rtcpType.extendedReport:
      return 8
    default:
      return 4
  }
}

function visitPart(bytes: Uint8Array, at: number, visitor: RtcpVisitor): void {
  const count = (bytes[at] ?? 0) & 0x1f
  const type = bytes[at + 1]
  if (type === rtcpType.senderReport) {
    const middle = ((uint16(bytes, at + 10) << 16) | uint16(bytes, at + 12)) >>> 0
    visitor.onSenderReport(uint32(bytes, at + 4), middle, uint32(bytes, at + 20), uint32(bytes, at + 24))
    visitBlocks(bytes, at + 28, count, visitor)
  } else if (type === rtcpType.receiverReport) visitBlocks(bytes, at + 8, count, visitor)
  else if (type === rtcpType.bye) {
    for (let i = 0; i < count; i++) visitor.onBye(uint32(bytes, at + 4 + i * 4))
  } else if (type === rtcpType.extendedReport) {
    visitExtendedReport(bytes, at, unpadded(bytes, at, partBytes(bytes, at)), visitor)
  }
}

function visitBlocks(bytes: Uint8Array, start: number, count: number, visitor: RtcpVisitor): void {
  for (let i = 0; i < count; i++) {
    const at = start + i * reportBlockBytes
    const word = uint32(bytes, at + 4)
    // 24 bits, signed: duplicates can make it negative (RFC 3550 6.4.1).
    const lost = (word << 8) >> 8
    visitor.onReportBlock({
      ssrc: uint32(bytes, at),
      fractionLost: word >>> 24,
      cumulativeLost: lost,
      highestSequence: uint32(bytes, at + 8),
      jitterUnits: uint32(bytes, at + 12),
      lsr: uint32(bytes, at + 16),
      dlsr: uint32(bytes, at + 20),
    })
  }
}
