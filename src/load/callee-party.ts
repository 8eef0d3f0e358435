import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { CallAttempt } from './call-attempt.js'
import { type Party, ProgramRun } from './program-run.js'
import type { RunContext } from './run-context.js'

/** Failures of the callee's program that the caller would not notice by itself. */
const ownFailures: readonly Outcome[] = ['unexpected', 'media']

/** The called side of a call between two of our phones: it runs what its group does when called. */
export class CalleeParty implements Party {
  readonly role = 'callee'
  readonly session: Session
  readonly run: ProgramRun
  readonly variables: Record<string, string | number>
  readonly #attempt: CallAttempt
  readonly #phone: Phone
  readonly #context: RunContext

  constructor(attempt: CallAttempt, session: Session, phone: Phone, context: RunContext) {
    this.#attempt = attempt
    this.session = session
    this.#phone = phone
    this.#context = context
    const { call, caller, callee } = attempt.variables
    this.variables = Object.assign({}, phone.variables, { call: call ?? 0, caller: caller ?? '', callee: callee ?? '' })
    this.run = new ProgramRun(this, context.programWhenCalled(phone.profile.group))
  }

  get clock(): Clock {
    return this.#context.clock
  }

  get rng(): Rng {
    return this.#attempt.rng
  }

  start(): void {
    this.run.start()
  }

  sessionOf(role: Role): Session | undefined {
    return role === 'callee' ? this.session : this.#attempt.sessionOf('caller')
  }

  withPhone(group: string, use: (phone: Phone) => void): void {
    if (group === this.#phone.profile.group) use(this.#phone)
    else this.#attempt.withPhone(group, use)
  }

  startCall(run: ProgramRun): void {
    run.finish('unexpected', 'a phone that was called cannot place a call in the same program')
  }

  refusal(uri: string): string | undefined {
    return this.#context.limits.refusal(uri)
  }

  admitCall(start: () => void): void {
    this.#context.admit(start)
  }

  /** The call's own status counts, not that of a request within it. */
  noteStatus(): void {}

  programEnded(_run: ProgramRun, outcome: Outcome | undefined, reason: string): void {
    if (outcome && ownFailures.includes(outcome)) this.#attempt.calleeFailed(outcome, reason)
  }
}
