import { writeUint16, writeUint32 } from '../rtp/rtp-header.js'
import { type ExtendedReport, extendedReportBytes, writeExtendedReport } from './extended-report.js'
import { ntpFraction, ntpSeconds, reportBlockBytes, rtcpType } from './rtcp-packet.js'

/** What our sender has done (RFC 3550 6.4.1). */
export interface SenderInfo {
  readonly wallMs: number
  readonly rtpTimestamp: number
  readonly packets: number
  readonly octets: number
}

/** What a receiver has seen of one source: a report block (RFC 3550 6.4.1). */
export interface ReceptionInfo {
  readonly ssrc: number
  readonly fractionLost: number
  readonly cumulativeLost: number
  readonly highestSequence: number
  readonly jitterUnits: number
  readonly lsr: number
  /** Since that sender report arrived, in 1/65536 s. */
  readonly dlsr: number
}

/** A compound packet (RFC 3550 6.1): SR or RR, SDES with the CNAME, XR (RFC 3611), and BYE when the stream ends. */
export function writeCompound(
  ssrc: number,
  cname: string,
  sender: SenderInfo | undefined,
  reception: ReceptionInfo | undefined,
  bye: boolean,
  extended: ExtendedReport = {},
): Buffer {
  const reportBytes = 8 + (sender ? 20 : 0) + (reception ? reportBlockBytes : 0)
  const nameBytes = Math.min(255, Buffer.byteLength(cname))
  // Chunk: SSRC, item, and at least one zero octet up to a 32-bit boundary (6.5).
  const chunkBytes = Math.ceil((4 + 2 + nameBytes + 1) / 4) * 4
  const extendedBytes = extendedReportBytes(extended)
  const into = Buffer.allocUnsafe(reportBytes + 4 + chunkBytes + extendedBytes + (bye ? 8 : 0)).fill(0)
  let at = writeReport(into, ssrc, sender, reception, reportBytes)
  writeCommonHeader(into, at, 1, rtcpType.sourceDescription, 4 + chunkBytes)
  writeUint32(into, at + 4, ssrc)
  into[at + 8] = 1
  // Of a name that is cut no character is.
  into[at + 9] = into.write(cname, at + 10, nameBytes)
  at += 4 + chunkBytes
  if (extendedBytes > 0) writeExtendedReport(into, at, ssrc, extended)
  at += extendedBytes
  if (bye) {
    writeCommonHeader(into, at, 1, rtcpType.bye, 8)
    writeUint32(into, at + 4, ssrc)
  }
  return into
}

function writeReport(
  into: Uint8Array,
  ssrc: number,
  sender: SenderInfo | undefined,
  reception: ReceptionInfo | undefined,
  bytes: number,
): number {
  const type = sender ? rtcpType.senderReport : rtcpType.receiverReport
  writeCommonHeader(into, 0, reception ? 1 : 0, type, bytes)
  writeUint32(into, 4, ssrc)
  let at = 8
  if (sender) {
    writeUint32(into, 8, ntpSeconds(sender.wallMs))
    writeUint32(into, 12, ntpFraction(sender.wallMs))
    writeUint32(into, 16, sender.rtpTimestamp)
    writeUint32(into, 20, sender.packets)
    writeUint32(into, 24, sender.octets)
    at = 28
  }
  if (reception) writeReportBlock(into, at, reception)
  return bytes
}

function writeReportBlock(into: Uint8Array, at: number, reception: ReceptionInfo): void {
  const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, reception.cumulativeLost)) & 0xff_ffff
  writeUint32(into, at, reception.ssrc)
  writeUint32(into, at + 4, ((reception.fractionLost << 24) | lost) >>> 0)
  writeUint32(into, at + 8, reception.highestSequence)
  writeUint32(into, at + 12, reception.jitterUnits)
  writeUint32(into, at + 16, reception.lsr)
  writeUint32(into, at + 20, reception.dlsr)
}

function writeCommonHeader(into: Uint8Array, at: number, count: number, type: number, bytes: number): void {
  into[at] = 0x80 | count
  into[at + 1] = type
  writeUint16(into, at + 2, bytes / 4 - 1)
}
