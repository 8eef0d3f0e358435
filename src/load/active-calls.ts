/** A call as the list of those in progress knows it. */
export interface ActiveCall {
  /** Where it stands in the list; -1 outside of it. */
  place: number
}

/** The calls in progress, in no order; to enter and to leave costs the same however many there are. */
export class ActiveCalls<Call extends ActiveCall> {
  readonly #calls: Call[] = []

  get size(): number {
    return this.#calls.length
  }

  add(call: Call): void {
    call.place = this.#calls.push(call) - 1
  }

  /** The last one takes the place of the one that leaves. */
  remove(call: Call): void {
    const { place } = call
    if (this.#calls[place] !== call) return
    const last = this.#calls.pop() as Call
    if (last !== call) {
      this.#calls[place] = last
      last.place = place
    }
    call.place = -1
  }

  /** As they are at the time of the call. */
  all(): Call[] {
    return this.#calls.slice()
  }
}
