/** How agents leave targets that failed, and from when on a call without audio is given up as one. */
export interface FailoverSettings {
  /** A target that failed is left alone for so long. */
  readonly avoidMs: number
  /** A call whose signalling lives and whose audio has been away for so long since a fault is a zombie. */
  readonly zombieAfterMs: number
}

/** RFC 3263 4.3 leaves the first to the client: 30 s is about as long as it takes to find a dead server. */
export const usualFailover: FailoverSettings = { avoidMs: 30_000, zombieAfterMs: 60_000 }
