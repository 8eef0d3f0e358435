import type { Phone } from '../agent/phone.js'
import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Instruction } from '../model/instruction.js'
import type { CallRecord } from '../model/record.js'
import type { CallAttempt } from './call-attempt.js'
import type { DialLimits } from './dial-limits.js'
import type { PhonePool } from './phone-pool.js'

/** Cheap running numbers, for the live screen and the timeline. */
export interface LoadCounters {
  attempt(): void
  established(nowMs: number): void
  /** Actual less intended start. */
  lag(ms: number): void
}

/** What a call needs of the run around it. */
export interface RunContext {
  readonly clock: Clock
  readonly variables: Readonly<Record<string, string | number>>
  readonly limits: DialLimits
  readonly counters: LoadCounters
  /** The draws of one call: the same seed gives the n-th call the same, however the others fare. */
  rngFor(call: string): Rng
  pool(group: string): PhonePool
  programWhenCalled(group: string): readonly Instruction[]
  /** Runs `start` as soon as the limit on calls per second allows one more, at once where it can. */
  admit(start: () => void): void
  /** The next call that reaches this phone belongs to the attempt. */
  expect(phone: Phone, attempt: CallAttempt): void
  unexpect(phone: Phone, attempt: CallAttempt): void
  /** A call's record is complete. */
  finished(record: CallRecord): void
  /** The attempt holds nothing any more. */
  ended(attempt: CallAttempt): void
}
