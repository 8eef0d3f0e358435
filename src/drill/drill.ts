import { SiploadgenError } from '../base/errors.js'
import type { PlannedFault } from '../model/fault-event.js'
import type { Scene } from './fault.js'
import { type CourseServices, FaultCourse } from './fault-course.js'
import { faultOf } from './faults/registry.js'

/** All faults of a run: found possible before load, made and undone at their times. */
export class Drill {
  readonly #courses: readonly FaultCourse[]

  private constructor(courses: readonly FaultCourse[]) {
    this.#courses = courses
  }

  /** Throws `environment/fault` with every fault that cannot be made here; nothing has been changed then. */
  static async prepare(planned: readonly PlannedFault[], scene: Scene, services: CourseServices): Promise<Drill> {
    const courses: FaultCourse[] = []
    const refused: { readonly fault: PlannedFault; readonly why: string }[] = []
    for (const fault of planned) {
      const prepared = await faultOf(fault.kind).prepare(fault.settings, scene, fault.id)
      if (typeof prepared === 'string') refused.push({ fault, why: prepared })
      else courses.push(new FaultCourse(fault, prepared, services))
    }
    const [first, ...others] = refused
    if (first) {
      const more = others.map(({ fault, why }) => `; the fault "${fault.name}": ${why}`).join('')
      const place = first.fault.source
      throw new SiploadgenError('environment/fault', `the fault "${first.fault.name}": ${first.why}${more}`, { place })
    }
    for (const { prepared } of courses) await prepared.standBy?.()
    return new Drill(courses)
  }

  /** What will be done, in the order of the scenario: when, what, and what undoes it. */
  get plan(): readonly string[] {
    return this.#courses.map(({ planned, prepared }) => {
      const { atMs, forMs, flapping, name } = planned
      const often = flapping ? `, ${flapping.times} times every ${flapping.everyMs / 1000} s` : ''
      const long = forMs === undefined ? 'to the end of load' : `for ${forMs / 1000} s`
      return `at ${atMs / 1000} s ${long}${often}, ${name}: ${prepared.does}; then ${prepared.undoes}`
    })
  }

  start(loadStartMs: number): void {
    for (const course of this.#courses) course.start(loadStartMs)
  }

  /** Undoes whatever is in force, the latest first; no fault is made from now on. */
  async end(): Promise<void> {
    const latestFirst = [...this.#courses].sort((a, b) => (b.madeMs ?? 0) - (a.madeMs ?? 0))
    for (const course of latestFirst) await course.end()
  }

  /** Names of the faults in force. */
  get standing(): readonly string[] {
    return this.#courses.filter(({ standing }) => standing).map(({ planned }) => planned.name)
  }

  /** What went wrong with the faults themselves. */
  get problems(): readonly string[] {
    return this.#courses.flatMap(({ planned, problem }) =>
      problem === undefined ? [] : [`the fault "${planned.name}": ${problem}`],
    )
  }
}
