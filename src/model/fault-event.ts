import type { Source } from './scenario.js'

/** A fault as a scenario plans it; times count from the start of load. */
export interface PlannedFault {
  /** Place in the scenario's list, from 0. */
  readonly id: number
  readonly name: string
  /** Its word in the language, such as `kill`. */
  readonly kind: string
  readonly source: Source
  readonly atMs: number
  /** Undefined: until load has ended. */
  readonly forMs: number | undefined
  /** Made again every so often, each time for `forMs`; `times` counts all of them. */
  readonly flapping: { readonly everyMs: number; readonly times: number } | undefined
  /** What is hit: an instance of the embedded gateway, or a target by its name in results. */
  readonly target: string | undefined
  /** What its kind has read from the scenario; only that kind knows its shape. */
  readonly settings: unknown
}

/** One stretch in which a fault was in force, by the clock of the run. */
export interface FaultSpell {
  readonly atMs: number
  /** Its undo had begun to work; undefined: still in force. */
  readonly endMs: number | undefined
}

/**
 * A fault that was made. It is told when it begins and again whenever it changes: the event with the same id replaces
 * the one before. All times are of the clock of the run, as those of call records are.
 */
export interface FaultEvent {
  readonly id: number
  readonly name: string
  readonly kind: string
  readonly target: string | undefined
  /** It was in force at least once; a fault that could not be made has done nothing that could be measured. */
  readonly made: boolean
  /** The moment from which it was in force, or at which it was tried in vain. */
  readonly atMs: number
  /** The moment at which its (last) undo took effect; undefined: still in force. */
  readonly endMs: number | undefined
  /** More than one when it flaps. */
  readonly spells: readonly FaultSpell[]
  /** What it changed is as it was before. False while it is in force, and when undoing it failed. */
  readonly undone: boolean
  /** Why it could not be undone, or not be made. */
  readonly problem: string | undefined
}
