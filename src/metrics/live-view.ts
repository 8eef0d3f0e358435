import type { CallRecord, RegistrationRecord } from '../model/record.js'
import { failureCause, isFailure } from './call-tally.js'
import { Counts } from './counts.js'

/** The run so far, warm-up included, as cheaply as a screen needs it. */
export interface LiveSnapshot {
  /** Milliseconds since load started; undefined before. */
  readonly elapsedMs: number | undefined
  readonly attempted: number
  readonly established: number
  /** Call attempts in progress. */
  readonly concurrent: number
  readonly completed: number
  readonly failed: number
  readonly registered: number
  readonly registrationsFailed: number
  /** `session.setup` in ms; null before the first. */
  readonly setup: { readonly p50: number; readonly p95: number; readonly p99: number } | null
  /** Most frequent first. */
  readonly failures: readonly { readonly cause: string; readonly count: number }[]
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
}

export function liveSetup(counts: Counts): LiveSnapshot['setup'] {
  const [p50, p95, p99] = counts.percentiles([50, 95, 99] as const)
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 }
}

/** Running totals behind {@link LiveSnapshot}. */
export class LiveView {
  attempted = 0
  established = 0
  ended = 0
  packetsSent = 0
  packetsReceived = 0
  packetsLost = 0
  readonly #setup = new Counts()
  #completed = 0
  #failed = 0
  #registrationsFailed = 0
  readonly #causes = new Map<string, number>()
  readonly #registered = new Set<string>()

  call(call: CallRecord): void {
    if (call.answeredMs !== undefined) this.#setup.record(call.answeredMs - call.intendedMs)
    if (call.outcome === 'completed') this.#completed++
    if (!isFailure(call)) return
    this.#failed++
    const cause = failureCause(call)
    this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1)
  }

  registration(registration: RegistrationRecord): void {
    if (registration.ok) this.#registered.add(registration.agent)
    else {
      this.#registered.delete(registration.agent)
      this.#registrationsFailed++
    }
  }

  get registered(): number {
    return this.#registered.size
  }

  /** Set-up times so far. */
  get setup(): Counts {
    return this.#setup
  }

  snapshot(elapsedMs: number | undefined): LiveSnapshot {
    return {
      elapsedMs,
      attempted: this.attempted,
      established: this.established,
      concurrent: this.attempted - this.ended,
      completed: this.#completed,
      failed: this.#failed,
      registered: this.#registered.size,
      registrationsFailed: this.#registrationsFailed,
      setup: liveSetup(this.#setup),
      failures: [...this.#causes].map(([cause, count]) => ({ cause, count })).sort((a, b) => b.count - a.count),
      packetsSent: this.packetsSent,
      packetsReceived: this.packetsReceived,
      packetsLost: this.packetsLost,
    }
  }
}
