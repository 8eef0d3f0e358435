/** What was broken on purpose; times in seconds from the start of load. */
export interface FaultResult {
  readonly name: string
  readonly at: number
  /** How long it was in force; a fault that flaps: from its first beginning to its last end. */
  readonly for: number
  /** It could not be made at all: nothing is measured of it, and `at` is when it was tried. */
  readonly made?: false
  /** What it changed is as it was before. */
  readonly undone: boolean
  readonly measures: Readonly<Record<string, number | null>>
  /** Its word in the language, such as `kill`. */
  readonly kind?: string
  /** The instance or target that it hit. */
  readonly target?: string
  /** Every stretch, when it flaps. */
  readonly spells?: readonly { readonly at: number; readonly for: number }[]
  /** Why it could not be made or undone. */
  readonly problem?: string
  /** What became of calls. */
  readonly outcome?: FaultOutcome
}

/** What became of the calls that were in progress at a fault, and of those attempted after it. */
export interface FaultOutcome {
  readonly calls: FateCounts
  /** Dropped calls by how they ended. */
  readonly endings: Readonly<Record<string, number>>
  /** Attempted between the fault and recovery. */
  readonly newCalls: { readonly attempted: number; readonly failed: number; readonly delayed: number }
  /** Seconds from the fault until new calls were as before; null: never within the run. */
  readonly recoveredAfter: number | null
  /** At most ten, the worst first; `call` is that of the samples. */
  readonly worst: readonly WorstCall[]
}

export interface FateCounts {
  readonly inProgress: number
  /** Audio went on. */
  readonly kept: number
  /** Audio was lost and regained. */
  readonly recovered: number
  /** Audio was lost, and the call ended before it was known whether it would stand up silent. */
  readonly lost: number
  /** Signalling alive, and no audio so long after the fault. */
  readonly zombie: number
  readonly dropped: number
}

export interface WorstCall {
  readonly call: number
  readonly fate: string
  readonly gapMs: number
}
