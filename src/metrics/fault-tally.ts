import type { FaultEvent } from '../model/fault-event.js'

/** The faults of a drill as they were last told, in the order in which they began. */
export class FaultTally {
  readonly #byId = new Map<number, FaultEvent>()

  note(event: FaultEvent): void {
    this.#byId.set(event.id, event)
  }

  get events(): readonly FaultEvent[] {
    return [...this.#byId.values()]
  }
}
