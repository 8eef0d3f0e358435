import { blocksStart, reportBlockBytes } from '../media/rtcp/rtcp-packet.js'
import { rtcpDefect } from '../media/rtcp/rtcp-reader.js'
import { uint16 } from '../media/rtp/rtp-header.js'

const LOST_MOST = 0x7f_ffff

/**
 * Writes into every report block of a compound packet that `share` (0 to 1) of `packets` was lost, in place (RFC 3550
 * 6.4.1: fraction and cumulative number). What is no compound packet stays as it is.
 */
export function falsifyReports(bytes: Uint8Array, share: number, packets: number): void {
  if (rtcpDefect(bytes)) return
  const fraction = Math.min(255, Math.floor(share * 256))
  const lost = Math.min(LOST_MOST, Math.round(share * packets))
  for (let at = 0; at < bytes.length; at += 4 * (uint16(bytes, at + 2) + 1)) {
    const start = blocksStart(bytes[at + 1] ?? 0)
    if (start === undefined) continue
    const count = (bytes[at] ?? 0) & 0x1f
    for (let i = 0; i < count; i++) {
      const block = at + start + i * reportBlockBytes
      bytes[block + 4] = fraction
      bytes[block + 5] = lost >>> 16
      bytes[block + 6] = (lost >>> 8) & 0xff
      bytes[block + 7] = lost & 0xff
    }
  }
}
