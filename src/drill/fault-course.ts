import { after, type Clock, type Timer } from '../base/clock.js'
import type { FaultEvent, FaultSpell, PlannedFault } from '../model/fault-event.js'
import type { PreparedFault } from './fault.js'
import type { Journal, JournalEntry } from './journal.js'

export interface CourseServices {
  readonly clock: Clock
  readonly journal: Journal
  /** Told whenever the fault begins or ends. */
  tell(event: FaultEvent): void
}

/**
 * One planned fault through the run: waiting, being made, in force, being undone; again when it flaps. What undoes it
 * is in the journal before it is made, and stays there until it is undone.
 */
export class FaultCourse {
  readonly planned: PlannedFault
  readonly prepared: PreparedFault
  readonly #services: CourseServices
  #timer: Timer | undefined
  #startMs = 0
  /** How often it was made, or tried in vain. */
  #made = 0
  #triedMs: number | undefined
  #entries: JournalEntry[] = []
  #spells: FaultSpell[] = []
  #standing = false
  #over = false
  #problem: string | undefined
  /** The last change is under way; the next waits for it. */
  #work: Promise<void> = Promise.resolve()

  constructor(planned: PlannedFault, prepared: PreparedFault, services: CourseServices) {
    this.planned = planned
    this.prepared = prepared
    this.#services = services
  }

  /** Why it could not be made or undone. */
  get problem(): string | undefined {
    return this.#problem
  }

  get standing(): boolean {
    return this.#standing
  }

  /** The moment of its last beginning; undefined before the first. */
  get madeMs(): number | undefined {
    return this.#spells.at(-1)?.atMs
  }

  /** Plans it by the start of load. */
  start(loadStartMs: number): void {
    this.#startMs = loadStartMs + this.planned.atMs
    this.#plan(this.#startMs, () => this.#make())
  }

  /** Makes no more of it and undoes what is in force; resolves when that is done. */
  async end(): Promise<void> {
    this.#over = true
    if (this.#timer) this.#services.clock.disarm(this.#timer)
    await this.#work
    if (this.#standing) await this.#undo()
  }

  #plan(atMs: number, work: () => Promise<void>): void {
    const { clock } = this.#services
    this.#timer = after(clock, Math.max(0, atMs - clock.nowMs()), () => {
      this.#work = work()
    })
  }

  async #make(): Promise<void> {
    const { clock, journal } = this.#services
    const { prepared, planned } = this
    this.#made++
    this.#entries = prepared.undos.map((undo) => journal.add(planned.name, undo))
    this.#standing = true
    const begunMs = clock.nowMs()
    const problem = await prepared.make()
    const atMs = prepared.inForce === 'begun' ? begunMs : clock.nowMs()
    if (problem !== undefined) {
      // Half of it may have been made.
      this.#triedMs = atMs
      this.#problem ??= `it could not be made: ${problem}`
      await this.#undo()
      return
    }
    this.#spells.push({ atMs, endMs: undefined })
    this.#tell()
    if (planned.forMs !== undefined && !this.#over)
      this.#plan((prepared.undoIsAsSlow ? begunMs : atMs) + planned.forMs, () => this.#undo())
    await prepared.standBy?.()
  }

  async #undo(): Promise<void> {
    const { clock, journal } = this.#services
    const problem = await this.prepared.undo()
    this.#spells = this.#spells.map((spell) => ({ ...spell, endMs: spell.endMs ?? clock.nowMs() }))
    this.#standing = false
    if (problem !== undefined) this.#problem = joined(this.#problem, `it could not be undone: ${problem}`)
    else for (const entry of this.#entries.splice(0)) journal.remove(entry)
    this.#tell()
    const { flapping } = this.planned
    // What could not be undone is not made again on top.
    if (this.#over || this.#problem !== undefined || !flapping || this.#made >= flapping.times) return
    this.#plan(this.#startMs + this.#made * flapping.everyMs, () => this.#make())
  }

  #tell(): void {
    const { id, name, kind, target } = this.planned
    const [first] = this.#spells
    const atMs = first?.atMs ?? this.#triedMs
    if (atMs === undefined) return
    const endMs = this.#standing ? undefined : (this.#spells.at(-1)?.endMs ?? atMs)
    const undone = !this.#standing && this.prepared.undone && this.#entries.length === 0
    const spells = [...this.#spells]
    const problem = this.#problem
    const made = first !== undefined
    this.#services.tell({ id, name, kind, target, made, atMs, endMs, spells, undone, problem })
  }
}

const joined = (before: string | undefined, text: string): string =>
  before === undefined ? text : `${before}; ${text}`
