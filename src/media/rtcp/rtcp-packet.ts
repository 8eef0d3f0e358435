/** RTCP packet types (RFC 3550 12.1, RFC 3611 2). */
export const rtcpType = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  bye: 203,
  extendedReport: 207,
} as const

export const reportBlockBytes = 24

/** Where the report blocks of a part of that type begin (RFC 3550 6.4); undefined for a part that has none. */
export function blocksStart(type: number): number | undefined {
  if (type === rtcpType.senderReport) return 28
  return type === rtcpType.receiverReport ? 8 : undefined
}

const ntpEpochSeconds = 2_208_988_800

/** Seconds of an NTP timestamp (RFC 3550 4) for wall-clock milliseconds. */
export const ntpSeconds = (wallMs: number): number => (Math.floor(wallMs / 1000) + ntpEpochSeconds) >>> 0

/** Fraction of an NTP timestamp in 1/2^32 s. */
export const ntpFraction = (wallMs: number): number =>
  Math.floor((wallMs / 1000 - Math.floor(wallMs / 1000)) * 0x1_0000_0000) >>> 0

/** The middle 32 bits of an NTP timestamp, as LSR carries them. */
export const ntpMiddle = (wallMs: number): number =>
  (((ntpSeconds(wallMs) & 0xffff) << 16) | (ntpFraction(wallMs) >>> 16)) >>> 0

/**
 * Round trip of RFC 3550 6.4.1: A - LSR - DLSR in units of 1/65536 s. Undefined when the block answers no sender
 * report, or the far side claims to have held it for longer than has passed.
 */
export function roundTripMs(arrivalMiddle: number, lsr: number, dlsr: number): number | undefined {
  if (lsr === 0) return undefined
  const units = (arrivalMiddle - lsr - dlsr) | 0
  // One unit is 15 µs, and LSR and DLSR are each rounded down.
  if (units < -2) return undefined
  return (Math.max(0, units) * 1000) / 65_536
}
