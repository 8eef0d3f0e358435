import { writeRtpHeader } from '../../src/media/rtp/rtp-header.js'

/** A packet with a fixed header and a zero payload. */
export function rtpPacket(
  fields: { sequence?: number; timestamp?: number; ssrc?: number; payloadType?: number; marker?: boolean } = {},
  payload: Uint8Array = new Uint8Array(160),
): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length)
  const { payloadType = 0, marker = false, sequence = 0, timestamp = 0, ssrc = 1 } = fields
  writeRtpHeader(bytes, payloadType, marker, sequence & 0xffff, timestamp >>> 0, ssrc)
  bytes.set(payload, 12)
  return bytes
}
