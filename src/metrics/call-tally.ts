import { outcomes } from '../model/outcome.js'
import type { CallRecord } from '../model/record.js'
import type { CallCounts } from '../model/result.js'

/** It did not go as its flow meant; a call that only the end of the run cut is nobody's failure. */
export const isFailure = (call: CallRecord): boolean => !call.asMeant && call.outcome !== 'interrupted'

/** Why a call failed, in two or three words: calls of one cause are one row of a report. */
export function failureCause(call: CallRecord): string {
  return call.outcome === 'rejected' || (call.outcome === 'unexpected' && call.status >= 300)
    ? `${call.outcome} ${call.status}`
    : call.outcome
}

/** Calls by how they ended. */
export class CallTally {
  attempted = 0
  established = 0
  completed = 0
  failed = 0
  readonly #byOutcome = new Map<string, number>()
  readonly #byStatus = new Map<number, number>()
  readonly #failures = new Map<string, number>()

  add(call: CallRecord): void {
    this.attempted++
    if (call.answeredMs !== undefined) this.established++
    if (call.outcome === 'completed') this.completed++
    if (isFailure(call)) {
      this.failed++
      const cause = failureCause(call)
      this.#failures.set(cause, (this.#failures.get(cause) ?? 0) + 1)
    }
    this.#byOutcome.set(call.outcome, (this.#byOutcome.get(call.outcome) ?? 0) + 1)
    if (call.status !== 0) this.#byStatus.set(call.status, (this.#byStatus.get(call.status) ?? 0) + 1)
  }

  /** Outcomes in the order of their table, statuses by number, causes by frequency. */
  counts(): CallCounts {
    const { attempted, established, completed, failed } = this
    const byOutcome = outcomes.flatMap((outcome) => {
      const count = this.#byOutcome.get(outcome)
      return count === undefined ? [] : [[outcome, count]]
    })
    const byStatus = [...this.#byStatus].sort(([a], [b]) => a - b)
    return {
      attempted,
      established,
      completed,
      failed,
      byOutcome: Object.fromEntries(byOutcome),
      byStatus: Object.fromEntries(byStatus),
      failures: Object.fromEntries([...this.#failures].sort(([, a], [, b]) => b - a)),
    }
  }
}
