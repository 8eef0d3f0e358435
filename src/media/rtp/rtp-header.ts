/*
 *  RFC 3550 5.1
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *  |                           timestamp                           |
 *  |           synchronization source (SSRC) identifier            |
 *  |            contributing source (CSRC) identifiers             |
 */
export const fixedHeaderBytes = 12

const versionBits = 0x80
const versionMask = 0xc0
const paddingBit = 0x20
const extensionBit = 0x10
const csrcMask = 0x0f
const markerBit = 0x80
const payloadTypeMask = 0x7f

/** Why bytes are no RTP packet (RFC 3550 A.1). */
export type RtpDefect = 'too-short' | 'bad-version' | 'csrc-overrun' | 'extension-overrun' | 'bad-padding'

/** What is wrong with the packet; undefined when its header is valid. */
export function rtpDefect(bytes: Uint8Array): RtpDefect | undefined {
  const defect = rtpHeaderDefect(bytes)
  if (defect || ((bytes[0] ?? 0) & paddingBit) === 0) return defect
  const padding = bytes[bytes.length - 1] ?? 0
  return padding === 0 || payloadStart(bytes) + padding > bytes.length ? 'bad-padding' : undefined
}

/** The same but for padding, which SRTP encrypts with the payload. */
export function rtpHeaderDefect(bytes: Uint8Array): Exclude<RtpDefect, 'bad-padding'> | undefined {
  const length = bytes.length
  if (length < fixedHeaderBytes) return 'too-short'
  const first = bytes[0] ?? 0
  if ((first & versionMask) !== versionBits) return 'bad-version'
  // Nearly every packet of a phone: no CSRC, no extension.
  if ((first & (csrcMask | extensionBit)) === 0) return undefined
  const start = fixedHeaderBytes + (first & csrcMask) * 4
  if (start > length) return 'csrc-overrun'
  if ((first & extensionBit) === 0) return undefined
  return start + 4 > length || payloadStart(bytes) > length ? 'extension-overrun' : undefined
}

/** Offset of the payload of a valid packet. */
export function payloadStart(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0
  let start = fixedHeaderBytes + (first & csrcMask) * 4
  if (first & extensionBit) start += 4 + 4 * uint16(bytes, start + 2)
  return start
}

/** End of the payload of a valid packet: padding is not payload. */
export const payloadEnd = (bytes: Uint8Array): number =>
  (bytes[0] ?? 0) & paddingBit ? bytes.length - (bytes[bytes.length - 1] ?? 0) : bytes.length

export const payloadTypeOf = (bytes: Uint8Array): number => (bytes[1] ?? 0) & payloadTypeMask

export const markerOf = (bytes: Uint8Array): boolean => ((bytes[1] ?? 0) & markerBit) !== 0

export const sequenceOf = (bytes: Uint8Array): number => uint16(bytes, 2)

export const timestampOf = (bytes: Uint8Array): number => uint32(bytes, 4)

export const ssrcOf = (bytes: Uint8Array): number => uint32(bytes, 8)

/** RFC 5761 4: on a shared port, packet types 192 to 223 in the second byte are RTCP. */
export const looksLikeRtcp = (bytes: Uint8Array): boolean => {
  const second = bytes[1] ?? 0
  return second >= 192 && second <= 223
}

/** Writes a fixed header in place. */
export function writeRtpHeader(
  into: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  into[0] = versionBits
  into[1] = marker ? payloadType | markerBit : payloadType
  into[2] = sequence >>> 8
  into[3] = sequence
  writeUint32(into, 4, timestamp)
  writeUint32(into, 8, ssrc)
}

export const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

export const uint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0

export function writeUint16(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 8
  into[at + 1] = value
}

export function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24
  into[at + 1] = value >>> 16
  into[at + 2] = value >>> 8
  into[at + 3] = value
}
