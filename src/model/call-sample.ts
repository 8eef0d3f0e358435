/** A call that a result shows whole. */
export interface CallSample {
  readonly call: number
  readonly outcome: string
  readonly reason: string
  readonly legs: readonly {
    readonly agent: string
    readonly target: string
    readonly local: string
    readonly remote: string
    readonly callId: string
  }[]
  /** Times are ms since the start of the call. */
  readonly ladder: readonly {
    readonly atMs: number
    readonly agent: string
    readonly direction: 'sent' | 'received'
    readonly summary: string
    readonly remote: string
  }[]
  readonly sdp: readonly { readonly agent: string; readonly local: string; readonly remote: string }[]
  readonly timeline: readonly { readonly atMs: number; readonly text: string }[]
  /** One entry per stream that a leg received. */
  readonly streams?: readonly SampleStream[]
  readonly recording: string | null
  /** What was heard, as in the tag of `media.calls`; `null`: the call had no media or no answer. */
  readonly heard?: string | null
}

/** What one leg of a sampled call received; `null` means that it was not measured. */
export interface SampleStream {
  readonly agent: string
  /** Who received it: `caller` or `callee`. */
  readonly direction: string
  readonly codec: string
  /** Where it was received, and where it was last sent from or is sent back to. */
  readonly local: string
  readonly remote: string
  readonly ssrc: number
  readonly packetsReceived: number
  readonly packetsExpected: number
  readonly packetsLost: number
  readonly jitterMeanMs: number | null
  readonly jitterMaxMs: number | null
  readonly longestGapMs: number | null
  /** Since the start of the call. */
  readonly firstPacketMs: number | null
  readonly lastPacketMs: number | null
  readonly roundTripsMs: readonly number[]
  /** Received, and too late for the jitter buffer. */
  readonly packetsDiscarded?: number
  /** The E-model's score with its inputs; `null`: nothing was received, or the codec has no numbers. */
  readonly quality?: SampleQuality | null
  readonly steps?: SampleSteps | null
  /** What the far side's RTCP said last of what this leg sent; `null`: nothing. */
  readonly reported?: SampleReported | null
  /** What its audio told; `null`: nobody listened. */
  readonly hearing?: SampleHearing | null
}

/** `null`: not reported. */
export interface SampleReported {
  readonly packetsSent: number | null
  readonly packetsLost: number | null
  readonly jitterMs: number | null
  /** Of VoIP metrics (RFC 3611 4.7). */
  readonly rFactor: number | null
  readonly mosLq: number | null
  readonly mosCq: number | null
}

/** By the audio marks. */
export interface SampleHearing {
  /** Part of the audio that was listened to, 0 to 1. */
  readonly coverage: number
  readonly longestSilenceMs: number
  readonly longestLossMs: number
  /** Whose marks were heard, with the median of their delays. */
  readonly voices: readonly {
    readonly call: number
    readonly side: string
    readonly marks: number
    readonly mouthToEarMs: number | null
  }[]
}

export interface SampleQuality {
  /** Whose scale it is on, such as `media.mos_cqe_nb`. */
  readonly metric: string
  readonly mos: number
  readonly r: number
  /** Packets lost or discarded, percent. */
  readonly ppl: number
  readonly burstR: number
  /** Mouth to ear; `null`: unknown, and not in the score. */
  readonly delayMs: number | null
}

/** A stream in steps from its first packet on; columns of equal length. */
export interface SampleSteps {
  /** Since the start of the call. */
  readonly fromMs: number
  readonly stepMs: number
  readonly expected: readonly number[]
  readonly lost: readonly number[]
  readonly discarded: readonly number[]
  readonly jitterMs: readonly number[]
  readonly longestGapMs: readonly number[]
  /** `null`: nothing was expected in that step. */
  readonly mos: readonly (number | null)[]
}
