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

/** What a drill knows of calls and agents. */
export interface DrillFacts {
  readonly calls: readonly DrillCall[]
  readonly registrations: readonly DrillRegistration[]
  readonly switches: readonly DrillNotice[]
  readonly losses: readonly DrillNotice[]
  /** When connections were ready. */
  readonly connectionsMs: readonly number[]
}

/** The same by a clock that shows `byMs` more: processes have clocks of their own. */
export function shiftFacts(facts: DrillFacts, byMs: number): DrillFacts {
  const known = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms + byMs)
  const notice = (each: DrillNotice): DrillNotice => ({ ...each, atMs: each.atMs + byMs })
  const request = (each: DrillRequest): DrillRequest => ({ ...each, sentMs: each.sentMs + byMs })
  const stream = (each: DrillStream): DrillStream => ({
    ...each,
    firstPacketMs: known(each.firstPacketMs),
    lastPacketMs: known(each.lastPacketMs),
    gaps: each.gaps.map(({ toMs, ms }) => ({ toMs: toMs + byMs, ms })),
  })
  return {
    calls: facts.calls.map((call) => ({
      ...call,
      startedMs: call.startedMs + byMs,
      intendedMs: call.intendedMs + byMs,
      answeredMs: known(call.answeredMs),
      talkEndMs: call.talkEndMs + byMs,
      streams: call.streams.map(stream),
      requests: call.requests.map(request),
    })),
    registrations: facts.registrations.map((each) => ({
      ...each,
      startedMs: each.startedMs + byMs,
      endedMs: each.endedMs + byMs,
    })),
    switches: facts.switches.map(notice),
    losses: facts.losses.map(notice),
    connectionsMs: facts.connectionsMs.map((ms) => ms + byMs),
  }
}
