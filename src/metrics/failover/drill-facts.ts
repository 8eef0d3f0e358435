import type { StreamGap } from '../../model/record.js'

/** What a drill remembers of a call; all times are of the clock of the run. */
export interface DrillCall {
  readonly number: number
  /** Name of the calling phone, and its group. */
  readonly agent: string
  readonly group: string
  /** Name of the target that served it. */
  readonly target: string | undefined
  readonly startedMs: number
  readonly intendedMs: number
  readonly answeredMs: number | undefined
  /** From then on nobody is expected to say anything: the first BYE, or the end. */
  readonly talkEndMs: number
  readonly failed: boolean
  readonly interrupted: boolean
  /** How it ended, such as `dropped` or `bye-failed`. */
  readonly outcome: string
  readonly streams: readonly DrillStream[]
  readonly requests: readonly DrillRequest[]
}

/** A direction of a call as its receiver saw it. */
export interface DrillStream {
  readonly firstPacketMs: number | undefined
  readonly lastPacketMs: number | undefined
  readonly ptimeMs: number
  readonly longestGapMs: number
  readonly gaps: readonly StreamGap[]
  readonly sourceChanges: number
  readonly isSecure: boolean
  readonly packetsReceived: number
  /** Not under the keys agreed, or come twice. */
  readonly packetsRefused: number
}

/** A request within the dialog of a call, from either side of ours. */
export interface DrillRequest {
  readonly method: string
  readonly sentMs: number
  /** 0: none. */
  readonly finalStatus: number
}

export interface DrillRegistration {
  readonly agent: string
  readonly group: string
  readonly target: string | undefined
  readonly startedMs: number
  readonly endedMs: number
  readonly ok: boolean
  readonly status: number
  readonly retryAfterSeconds: number | undefined
}

/** A phone turned to another target, or lost its connection. */
export interface DrillNotice {
  readonly agent: string
  readonly group: string
  readonly atMs: number
}

export interface DrillFacts {
  readonly calls: readonly DrillCall[]
  readonly registrations: readonly DrillRegistration[]
  readonly switches: readonly DrillNotice[]
  readonly losses: readonly DrillNotice[]
  /** When connections were ready. */
  readonly connectionsMs: readonly number[]
}
