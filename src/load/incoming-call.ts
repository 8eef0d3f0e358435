import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Ending, SessionObserver } from '../agent/session-observer.js'
import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import { senderNumber } from '../base/sender-number.js'
import { formatAddress } from '../model/address.js'
import type { Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { CallRecord } from '../model/record.js'
import type { ActiveCall } from './active-calls.js'
import { newRecord, noteLeg, noteTimes } from './call-record.js'
import { type Party, ProgramRun } from './program-run.js'
import { remoteUserOf } from './remote-user.js'
import type { RunContext } from './run-context.js'

const normalEnds: readonly Outcome[] = ['completed', 'rejected', 'cancelled']

/** The address at which others reach a phone; one that has a connection of its own has none. */
function reachedAt(phone: Phone, { channel }: Session): string | undefined {
  const isOwn = channel?.reliable && phone.flows.some((flow) => flow.channel === channel)
  return channel && !isOwn ? formatAddress(channel.local) : undefined
}

/** A call that somebody else placed to one of our phones. */
export class IncomingCall implements Party, SessionObserver, ActiveCall {
  readonly role = 'callee'
  place = -1
  readonly rng: Rng
  readonly variables: Record<string, string | number>
  readonly #context: RunContext
  readonly #session: Session
  readonly #run: ProgramRun
  readonly #record: CallRecord
  readonly #over: (call: IncomingCall, record: CallRecord) => void
  #outcome: Outcome | undefined
  #reason = ''
  #ending: Ending | undefined

  constructor(
    context: RunContext,
    phone: Phone,
    session: Session,
    number: number,
    over: (call: IncomingCall, record: CallRecord) => void,
  ) {
    this.#context = context
    this.#session = session
    this.#over = over
    this.rng = context.rngFor(`incoming ${number}`)
    const { user } = phone.identity
    const own = { call: number, caller: remoteUserOf(session), callee: user }
    this.variables = Object.assign({}, phone.variables, own)
    session.media.sender = senderNumber({ call: number, side: 'called by others' })
    const { group } = phone.profile
    this.#record = newRecord(number, 'when called', phone, group, context.clock.nowMs())
    this.#record.target = reachedAt(phone, session)
    this.#record.incoming = true
    this.#run = new ProgramRun(this, context.programWhenCalled(phone.profile.group))
  }

  get clock(): Clock {
    return this.#context.clock
  }

  begin(): void {
    this.#context.counters.attempt()
    this.#session.observe(this)
    this.#run.start()
  }

  interrupt(): void {
    this.#outcome = 'interrupted'
    this.#reason = 'the run was ended'
    this.#session.hangUp()
  }

  sessionOf(role: Role): Session | undefined {
    return role === 'callee' ? this.#session : undefined
  }

  withPhone(_group: string, use: (phone: Phone) => void): void {
    use(this.#session.phone)
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

  onProgress(): void {}

  onAnswered(session: Session): void {
    this.#context.counters.established(this.clock.nowMs())
    this.#run.event('answered', 200, session, undefined)
  }

  onDtmf(session: Session): void {
    this.#run.event('dtmf', 0, session, undefined)
  }

  onTrace(session: Session, direction: 'sent' | 'received', summary: string): void {
    const remote = session.remoteText
    this.#record.ladder.push({ atMs: this.clock.nowMs(), agent: session.phone.name, direction, summary, remote })
  }

  /** The program may end while the call goes on: the far side hangs up. */
  programEnded(_run: ProgramRun, outcome: Outcome | undefined, reason: string): void {
    if (this.#outcome === undefined) {
      this.#outcome = outcome
      this.#reason = reason
    }
    if (outcome && this.#session.state !== 'ended') this.#session.hangUp()
  }

  onEnded(session: Session, ending: Ending): void {
    this.#ending = ending
    this.#run.ending = ending
    this.#run.event('ended', ending.status, session, undefined)
    this.#finish(session)
  }

  #finish(session: Session): void {
    const record = this.#record
    const ending = this.#ending
    noteTimes(record, session)
    // The far side is free to cancel and to hang up whenever it likes: for its own call this is the normal end.
    const own = this.#outcome === 'dropped' || this.#outcome === 'cancelled' ? undefined : this.#outcome
    record.outcome = own ?? ending?.outcome ?? 'interrupted'
    record.asMeant = own === undefined && normalEnds.includes(record.outcome)
    record.reason = record.asMeant ? '' : this.#reason || ending?.reason || ''
    record.endedMs = this.clock.nowMs()
    noteLeg(record, session)
    this.#over(this, record)
  }
}
