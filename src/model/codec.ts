/** Codecs by the word that scenarios write; the values are their encoding names (RFC 3551 4.5, RFC 7587 7). */
export const codecWords = { opus: 'opus', g722: 'G722', pcmu: 'PCMU', pcma: 'PCMA', g729: 'G729' } as const

export type CodecWord = keyof typeof codecWords

export type CodecName = (typeof codecWords)[CodecWord]

export type RtpEncoding = CodecName | 'telephone-event' | 'CN'

/** What packets of one payload type carry. */
export interface RtpFormat {
  readonly payloadType: number
  readonly encoding: RtpEncoding
  /** RTP timestamp units per second. */
  readonly clockRate: number
}
