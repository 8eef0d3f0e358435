import type { CallRecord } from '../model/record.js'
import { isFailure } from './call-tally.js'

export interface TargetTally {
  readonly calls: number
  readonly failures: number
}

/** Calls by the target that they were sent to. */
export class TargetTallies {
  readonly #byName = new Map<string, { calls: number; failures: number }>()

  add(call: CallRecord): void {
    if (call.target === undefined) return
    let tally = this.#byName.get(call.target)
    if (tally === undefined) {
      tally = { calls: 0, failures: 0 }
      this.#byName.set(call.target, tally)
    }
    tally.calls++
    if (isFailure(call)) tally.failures++
  }

  tallies(): Record<string, TargetTally> {
    return Object.fromEntries([...this.#byName].map(([name, tally]) => [name, { ...tally }]))
  }
}
