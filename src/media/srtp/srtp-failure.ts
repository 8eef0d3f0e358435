/** Why a packet cannot be unprotected. */
export const srtpFailures = [
  /** Shorter than header, index, MKI and tag together. */
  'too-short',
  /** No RTP or RTCP header, or one that leaves no room for the tag. */
  'bad-header',
  /** The MKI names none of the keys. */
  'unknown-mki',
  /** The tag is wrong: other keys, other bytes, or another rollover counter. */
  'auth-failed',
  /** Its index was received before. */
  'replayed',
  /** So late that replay cannot be told. */
  'too-old',
] as const

export type SrtpFailure = (typeof srtpFailures)[number]
