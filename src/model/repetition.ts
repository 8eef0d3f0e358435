import type { Check, RunResult, Verdict } from './result.js'

/** A scenario that is run several times. */
export interface RepeatSettings {
  readonly times: number
  readonly restMs: number
}

/** The runs of a scenario with `repeat`, and how far their figures lie apart. */
export interface Repetitions {
  /** Seconds between the end of one run and the beginning of the next. */
  readonly rest: number
  /** As many as were planned; fewer when the run was interrupted. */
  readonly planned: number
  readonly runs: readonly Repetition[]
  readonly spread: readonly Spread[]
}

export interface Repetition {
  /** Where its own files are, within the folder of the whole. */
  readonly folder: string
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  readonly calls: Pick<RunResult['calls'], 'attempted' | 'established' | 'failed'>
  readonly checks: readonly Pick<Check, 'title' | 'verdict' | 'measured'>[]
}

/** One figure of all runs; null where a run has none. */
export interface Spread {
  /** Undefined: of the run as a whole. */
  readonly fault?: string
  /** `failover.media_gap p95`, `session.setup p95`, or `calls dropped` of a fault's outcome. */
  readonly name: string
  readonly unit: string
  readonly values: readonly (number | null)[]
  readonly min: number | null
  readonly median: number | null
  readonly max: number | null
}
