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
  readonly rng: Rng
  readonly variables: Readonly<Record<string, string | number>>
  readonly limits: DialLimits
  readonly counters: LoadCounters
  pool(group: string): PhonePool
  programWhenCalled(group: string): readonly Instruction[]
  /** The next call that reaches this phone belongs to the attempt. */
  expect(phone: Phone, attempt: CallAttempt): void
  unexpect(phone: Phone, attempt: CallAttempt): void
  /** A call's record is complete. */
  finished(record: CallRecord): void
  /** The attempt holds nothing any more. */
  ended(attempt: CallAttempt): void
}
