/**
 * What a receiver reports of the stream that it hears (RFC 3611 4.7), in natural units; undefined where the block says
 * that a value is not available.
 */
export interface VoipMetrics {
  /** Shares, 0 to 1, of all packets: lost, and discarded by the jitter buffer. */
  readonly lossRate: number
  readonly discardRate: number
  /** Shares within bursts and within the gaps between them. */
  readonly burstDensity: number
  readonly gapDensity: number
  /** Mean durations. */
  readonly burstMs: number
  readonly gapMs: number
  readonly roundTripMs: number
  /** Filling a packet, encoding, jitter buffer, decoding. */
  readonly endSystemDelayMs: number
  /** dB against 0 dBm0. */
  readonly signalLevelDb: number | undefined
  readonly noiseLevelDb: number | undefined
  /** Residual echo return loss. */
  readonly rerlDb: number | undefined
  /** Packets that end a burst. */
  readonly gmin: number
  /** R of ITU-T G.107, 0 to 100, of this segment and of the one beyond it. */
  readonly rFactor: number | undefined
  readonly externalRFactor: number | undefined
  /** 1 to 5. Listening quality leaves delay out, conversational quality has it. */
  readonly mosLq: number | undefined
  readonly mosCq: number | undefined
  readonly concealment: 'unspecified' | 'disabled' | 'enhanced' | 'standard'
  readonly jitterBuffer: 'unknown' | 'reserved' | 'fixed' | 'adaptive'
  /** 0 to 15. */
  readonly jitterBufferRate: number
  readonly jitterBufferNominalMs: number
  readonly jitterBufferMaxMs: number
  readonly jitterBufferAbsMaxMs: number
}
