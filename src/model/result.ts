import type { CallSample } from './call-sample.js'
import type { FaultResult } from './fault-result.js'
import type { ProbedTarget } from './probed-target.js'
import type { Repetitions } from './repetition.js'

/** The public result file. docs: what users' scripts rely on; names and meanings never change within @1. */
export const resultSchema = 'siploadgen/result@1'

export type Verdict = 'pass' | 'fail' | 'inconclusive'

export interface RunResult {
  readonly schema: typeof resultSchema
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  readonly scenario: {
    readonly name: string
    readonly file: string
    readonly sha256: string
    readonly inputs: Readonly<Record<string, string>>
  }
  readonly environment: ResultEnvironment
  readonly checks: readonly Check[]
  readonly metrics: readonly MetricSeries[]
  readonly calls: CallCounts
  readonly agents: Readonly<Record<string, AgentCounts>>
  readonly targets: readonly TargetCounts[]
  readonly media: {
    readonly streams: number
    readonly packetsSent: number
    readonly packetsReceived: number
    readonly packetsLost: number
    readonly models: readonly {
      readonly metric: string
      readonly standard: string
      readonly inputs: Readonly<Record<string, number | string>>
      readonly assumed: readonly string[]
    }[]
  }
  readonly faults: readonly FaultResult[]
  /** The runs of a scenario with `repeat`; the rest of the result is then of one of them. */
  readonly repetitions?: Repetitions
  readonly findings: readonly Finding[]
  readonly coverage: {
    readonly rules: {
      readonly testable: number
      readonly implemented: number
      readonly exercised: number
      /** Every rule that was applied, when a capture was judged. */
      readonly verdicts?: readonly RuleVerdicts[]
    }
  }
  /** What was probed, and how. */
  readonly probe?: ProbedTarget
  /** What is known of a capture that was judged. */
  readonly capture?: JudgedCapture
  readonly samples: readonly CallSample[]
  readonly generator: GeneratorHealth
  readonly timeline: Timeline
}

/** A group of phones: the first three as they stand at the end, the others over the whole run. */
export interface AgentCounts {
  readonly count: number
  readonly registered: number
  readonly connections: number
  /** Connections that ended before we closed them. */
  readonly connectionsLost?: number
  /** REGISTER requests that succeeded and that failed, refreshes and registrations after a loss included. */
  readonly registrations?: number
  readonly registrationsFailed?: number
}

export interface ResultEnvironment {
  readonly version: string
  readonly node: string
  readonly os: string
  readonly cpu: string
  readonly startedAt: string
  readonly durationSeconds: number
  readonly shards: number
  readonly packetIo: 'native' | 'dgram'
  readonly packetIoReason: string
}

/** One judged threshold. */
export interface Check {
  readonly id: string
  readonly title: string
  readonly verdict: Verdict
  readonly measured: string
  readonly wanted: string
  /** `file:line:column` of the threshold. */
  readonly source: string
}

export type MetricTags = {
  readonly agent?: string
  readonly direction?: string
  readonly transport?: string
  readonly target?: string
  readonly phase?: string
  readonly method?: string
  readonly heard?: string
  readonly fault?: string
}

export type MetricSeries =
  | HistogramSeries
  | {
      readonly name: string
      readonly tags: MetricTags
      readonly kind: 'ratio'
      readonly unit: string
      readonly numerator: number
      readonly denominator: number
      readonly value: number | null
    }
  | {
      readonly name: string
      readonly tags: MetricTags
      readonly kind: 'counter' | 'gauge'
      readonly unit: string
      readonly value: number | null
    }

/** `null` means undefined (nothing recorded), never zero in its place. */
export interface HistogramSeries {
  readonly name: string
  readonly tags: MetricTags
  readonly kind: 'histogram'
  readonly unit: string
  readonly count: number
  readonly min: number | null
  readonly mean: number | null
  readonly max: number | null
  readonly p1: number | null
  readonly p5: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly p999: number | null
  /** HdrHistogram V2 compressed base64, in microseconds (ms metrics) or thousandths of the unit. */
  readonly hdr: string
}

export interface CallCounts {
  readonly attempted: number
  readonly established: number
  readonly completed: number
  readonly failed: number
  readonly byOutcome: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
  /** Failed calls by cause, such as `rejected 486` or `timeout`. */
  readonly failures: Readonly<Record<string, number>>
}

export interface TargetCounts {
  readonly name: string
  readonly addresses: readonly string[]
  readonly calls: number
  readonly failures: number
  /** Seconds of load at which an agent first found it down: silent, unreachable or answering 503; null: never. */
  readonly downFrom: number | null
  /** When it answered again after the last such time; null: it did not. */
  readonly downTo: number | null
}

/** What one conformance rule found at one element. */
export interface Finding {
  /** Id of the statement in the catalogue. */
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly element: string
  /** Violations, or inconclusive verdicts when there was no violation. */
  readonly count: number
  /** `violation`, `known deviation` or `inconclusive`. */
  readonly verdict: string
  /** At most three: the lines that prove it, with the bytes pointed at, and the messages around them. */
  readonly examples: readonly string[]
  /** `RFC 3261 8.1.1.6`. */
  readonly clause?: string
  readonly level?: string
  /** What was expected, in one sentence. */
  readonly expected?: string
  /** What was found instead in the first example, or why the verdict is inconclusive or the deviation known. */
  readonly found?: string
  /** Frames of the examples, in the capture. */
  readonly frames?: readonly number[]
  /** User-Agent or Server of the element. */
  readonly software?: string
}

/** Captures that were read for the findings. */
export interface JudgedCapture {
  readonly files: readonly string[]
  readonly frames: number
  readonly duplicates: number
  readonly messages: number
  /** The profile by which severities were chosen. */
  readonly profile: string
  /** Where the capture is taken to have been made, and why. */
  readonly vantage: readonly string[]
  /** Damage, loss and what could not be read. */
  readonly notes: readonly string[]
  readonly media: CapturedMedia
}

/** The RTP of judged captures. */
export interface CapturedMedia {
  /** The worst by loss and jitter, at most a hundred; `media` of the result counts all. */
  readonly streams: readonly CapturedStream[]
  /** Answered calls on each hop by what was heard: both, one-way, silent, as-agreed, unjudged. */
  readonly calls: Readonly<Record<string, number>>
  /** Calls that were one-way or silent, at most fifty. */
  readonly unheard: readonly CapturedCallAudio[]
}

/** One RTP stream as it passed the capturing host; null where no session description tells the clock rate. */
export interface CapturedStream {
  readonly source: string
  readonly destination: string
  readonly ssrc: number
  readonly callId?: string
  readonly codecs: readonly string[]
  readonly packets: number
  readonly expected: number
  readonly lost: number
  readonly duplicated: number
  readonly reordered: number
  readonly sequenceErrors: number
  readonly maxDeltaMs: number | null
  readonly maxDeltaFrame: number
  readonly meanJitterMs: number | null
  readonly maxJitterMs: number | null
  readonly dtmf: string
}

export interface CapturedCallAudio {
  readonly callId: string
  readonly caller: string
  readonly callee: string
  readonly heard: string
  readonly packetsFromCaller: number
  readonly packetsFromCallee: number
}

/** How often a rule came to each verdict, over all elements. */
export interface RuleVerdicts {
  readonly rule: string
  readonly clause: string
  readonly expected: string
  readonly pass: number
  readonly violation: number
  readonly inconclusive: number
  readonly notApplicable: number
}

export interface GeneratorHealth {
  /** p99 of schedule lag. */
  readonly scheduleLagMs: number | null
  /** p99 of event loop delay. */
  readonly eventLoopDelayMs: number | null
  readonly cpuSeconds: number
  readonly socketDrops: number
  readonly saturated: boolean
  readonly reasons: readonly string[]
  /** Messages from the network that were not SIP, RTP or RTCP, by kind. */
  readonly malformed: Readonly<Record<string, number>>
}

export interface Timeline {
  readonly stepSeconds: number
  readonly points: readonly TimelinePoint[]
  readonly slices: readonly { readonly from: number; readonly to: number; readonly metrics: readonly MetricSeries[] }[]
}

export interface TimelinePoint {
  /** Seconds since load started. */
  readonly t: number
  readonly attempted: number
  readonly established: number
  readonly failed: number
  readonly concurrent: number
  readonly packets: number
  readonly registered: number
}
