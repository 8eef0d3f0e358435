import type { CallRecord, RegistrationRecord } from '../model/record.js'
import { isFailure } from './call-tally.js'
import { type Outage, TargetOutage, tidingsOfCall, tidingsOfRegistration } from './target-outage.js'

export interface TargetTally {
  readonly calls: number
  readonly failures: number
  /** Absent where the target never failed. */
  readonly outage?: Outage
}

/** Calls by the target that they were sent to, and when each target was down. */
export class TargetTallies {
  readonly #byName = new Map<string, { calls: number; failures: number }>()
  readonly #outages = new Map<string, TargetOutage>()

  /** A target is down whether that is judged or not, as in the warm-up. */
  add(call: CallRecord, isJudged: boolean): void {
    if (call.target === undefined) return
    this.#tell(call.target, tidingsOfCall(call))
    if (!isJudged) return
    let tally = this.#byName.get(call.target)
    if (tally === undefined) {
      tally = { calls: 0, failures: 0 }
      this.#byName.set(call.target, tally)
    }
    tally.calls++
    if (isFailure(call)) tally.failures++
  }

  registration(registration: RegistrationRecord): void {
    this.#tell(registration.target, tidingsOfRegistration(registration))
  }

  /** An agent turned away from it, or has lost its connection. */
  failed(name: string, atMs: number): void {
    this.#tell(name, { failed: true, atMs })
  }

  #tell(name: string | undefined, tidings: { readonly failed: boolean; readonly atMs: number } | undefined): void {
    if (name === undefined || name === '' || tidings === undefined) return
    let outage = this.#outages.get(name)
    if (outage === undefined) {
      // Most targets never fail, and of those nothing is kept.
      if (!tidings.failed) return
      outage = new TargetOutage()
      this.#outages.set(name, outage)
    }
    if (tidings.failed) outage.failed(tidings.atMs)
    else outage.answered(tidings.atMs)
  }

  tallies(startMs: number): Record<string, TargetTally> {
    const names = new Set([...this.#byName.keys(), ...this.#outages.keys()])
    return Object.fromEntries(
      [...names].map((name) => {
        const { calls, failures } = this.#byName.get(name) ?? { calls: 0, failures: 0 }
        const outage = this.#outages.get(name)?.outage
        return [name, { calls, failures, ...(outage === undefined ? {} : { outage: since(outage, startMs) }) }]
      }),
    )
  }
}

const since = ({ fromMs, toMs }: Outage, startMs: number): Outage => ({
  fromMs: fromMs - startMs,
  toMs: toMs === undefined ? undefined : toMs - startMs,
})
