import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Ending, SessionObserver } from '../agent/session-observer.js'
import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import { senderNumber } from '../base/sender-number.js'
import type { Instruction, Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { CallRecord } from '../model/record.js'
import type { Flow } from '../model/scenario.js'
import type { ActiveCall } from './active-calls.js'
import { newExchange, newRecord, noteLeg, noteTimes } from './call-record.js'
import { CallVariables } from './call-variables.js'
import { CalleeParty } from './callee-party.js'
import { type HeldAs, HeldPhones, type PhoneHolder } from './held-phones.js'
import type { PhonePool } from './phone-pool.js'
import { type Party, ProgramRun } from './program-run.js'
import { renderHeaders } from './render-headers.js'
import type { RunContext } from './run-context.js'
import { wireText } from './wire-text.js'

/** After our own leg has ended the far one, where it is ours, has so long to end as well. */
const FAR_LEG_MS = 2_000

/**
 * One walk through a flow: it borrows phones, places the call, meets the callee where that is ours, and leaves one
 * record for each call placed, or one of the whole walk when its flow has no call step.
 */
export class CallAttempt implements Party, PhoneHolder, SessionObserver, TimerOwner, ActiveCall {
  readonly role = 'caller'
  readonly number: number
  readonly intendedMs: number
  readonly flow: Flow
  place = -1
  record: CallRecord | undefined
  readonly #context: RunContext
  readonly #run: ProgramRun
  readonly #phones = new HeldPhones(this)
  readonly #linger: Timer
  readonly #variables: CallVariables
  #caller: Session | undefined
  #callee: CalleeParty | undefined
  #calleePhone: Phone | undefined
  #outcome: Outcome | undefined
  #reason = ''
  #over = false
  #closed = false
  /** A record of this walk has been handed on. */
  #recorded = false
  #rng: Rng | undefined
  /** A final status that a step expected: the call counts as meant. */
  #expectedEnd = false
  /** A walk without a call step was let in by the limits as a whole: its first INVITE by hand is that call. */
  #letIn = false

  constructor(context: RunContext, flow: Flow, number: number, intendedMs: number) {
    this.#context = context
    this.flow = flow
    this.number = number
    this.intendedMs = intendedMs
    this.#variables = new CallVariables(context.variables, number)
    this.#run = new ProgramRun(this, flow.program)
    this.#linger = new Timer(this, 'linger')
  }

  get clock(): Clock {
    return this.#context.clock
  }

  get rng(): Rng {
    this.#rng ??= this.#context.rngFor(`call ${this.number}`)
    return this.#rng
  }

  get variables(): Record<string, string | number> {
    return this.#variables.values
  }

  begin(): void {
    this.#run.start()
  }

  sessionOf(role: Role): Session | undefined {
    return role === 'caller' ? this.#caller : this.#callee?.session
  }

  withPhone(group: string, use: (phone: Phone) => void): void {
    this.#phones.actor(group, use)
  }

  pool(group: string): PhonePool {
    return this.#context.pool(group)
  }

  onHeld(phone: Phone, as: HeldAs): void {
    this.#variables.lend(phone.variables)
    if (this.record || as === 'callee' || this.flow.program.some(({ op }) => op === 'call')) return
    this.#context.admit(() => {
      this.#letIn = true
    })
    this.record = newExchange(this.number, this.flow.name, phone, this.intendedMs, this.clock.nowMs())
    this.#context.counters.attempt()
  }

  onError(error: unknown): void {
    this.#run.failed(error)
  }

  startCall(_run: ProgramRun, instruction: Instruction & { op: 'call' }): void {
    const intendedMs = this.record ? this.clock.nowMs() : this.intendedMs
    if (this.record) this.#flush()
    const { to } = instruction
    if (to.kind === 'uri') {
      this.#calleePhone = undefined
      this.withPhone(instruction.from, (caller) => {
        this.#place(instruction, caller, undefined, wireText(to.uri, this), intendedMs)
      })
      return
    }
    this.#phones.pair(instruction.from, to.group, (caller, callee) => {
      this.#calleePhone = callee
      this.#place(instruction, caller, to.group, callee.identity.aor, intendedMs)
    })
  }

  refusal(uri: string): string | undefined {
    return this.#context.limits.refusal(uri)
  }

  admitCall(start: () => void): void {
    if (this.#letIn) {
      this.#letIn = false
      start()
    } else this.#context.admit(start)
  }

  noteStatus(status: number): void {
    if (this.record?.exchange && status > 0) this.record.status = status
  }

  #place(
    instruction: Instruction & { op: 'call' },
    caller: Phone,
    calleeGroup: string | undefined,
    uri: string,
    intendedMs: number,
  ): void {
    this.#variables.noteCall(caller.identity.user, this.#calleePhone?.identity.user ?? uri)
    this.record = newRecord(this.number, this.flow.name, caller, calleeGroup, intendedMs)
    this.#context.counters.attempt()
    this.#expectedEnd =
      instruction.expect.codes.some((code) => code >= 300) || instruction.expect.classes.some((c) => c >= 3)
    const refusal = this.refusal(uri)
    if (refusal !== undefined) {
      this.#run.finish('unexpected', refusal)
      return
    }
    this.admitCall(() => {
      if (!this.#closed) this.#phones.guarded(() => this.#invite(instruction, caller, uri, intendedMs))
    })
  }

  #invite(instruction: Instruction & { op: 'call' }, caller: Phone, uri: string, intendedMs: number): void {
    this.#context.counters.lag(this.clock.nowMs() - intendedMs)
    if (this.#calleePhone) this.#context.expect(this.#calleePhone, this)
    this.#caller = caller.createCall(this)
    this.#caller.media.sender = senderNumber({ call: this.number, side: 'caller' })
    this.#callee = undefined
    this.#caller.invite({
      uri,
      headers: renderHeaders(instruction.headers, this),
      delayedOffer: instruction.delayedOffer,
    })
  }

  /** Our callee's phone rings with this call. */
  join(phone: Phone, session: Session): void {
    session.observe(this)
    session.media.sender = senderNumber({ call: this.number, side: 'callee' })
    this.#callee = new CalleeParty(this, session, phone, this.#context)
    this.#callee.start()
  }

  onProgress(session: Session, status: number): void {
    this.#run.event('progress', status, session, undefined)
  }

  onAnswered(session: Session): void {
    if (session.role === 'caller') {
      this.#variables.noteStatus(session.status)
      this.#context.counters.established(this.clock.nowMs())
      this.#run.event('answered', session.status, session, undefined)
    } else this.#callee?.run.event('answered', 200, session, undefined)
  }

  onEnded(session: Session, ending: Ending): void {
    if (session.role === 'caller') {
      this.#variables.noteStatus(session.status)
      this.#run.ending = ending
    } else if (this.#callee) this.#callee.run.ending = ending
    this.#callee?.run.event('ended', ending.status, session, undefined)
    this.#run.event('ended', ending.status, session, undefined)
    if (this.#over) this.#closeWhenQuiet()
  }

  onDtmf(session: Session): void {
    this.#callee?.run.event('dtmf', 0, session, undefined)
    this.#run.event('dtmf', 0, session, undefined)
  }

  onTrace(session: Session, direction: 'sent' | 'received', summary: string): void {
    this.record?.ladder.push({
      atMs: this.clock.nowMs(),
      agent: session.phone.name,
      direction,
      summary,
      remote: session.remoteText,
    })
  }

  programEnded(_run: ProgramRun, outcome: Outcome | undefined, reason: string): void {
    this.#over = true
    this.#outcome = outcome
    this.#reason = reason
    const session = this.#caller
    if (session && session.state !== 'ended') session.hangUp()
    this.#closeWhenQuiet()
  }

  /** The callee's own program failed where the caller's did not. */
  calleeFailed(outcome: Outcome, reason: string): void {
    if (this.#run.finished) return
    this.#run.finish(outcome, reason)
  }

  /** The run is ending: whatever is in progress is hung up. */
  interrupt(): void {
    if (!this.#run.finished) this.#run.finish('interrupted', 'the run was ended')
    else this.#caller?.hangUp()
  }

  onTimer(): void {
    this.#close()
  }

  #closeWhenQuiet(): void {
    if (this.#closed) return
    const callerDone = !this.#caller || this.#caller.state === 'ended'
    if (!callerDone) return
    if (!this.#callee || this.#callee.session.state === 'ended') this.#close()
    else if (!this.#linger.armed) this.clock.arm(this.#linger, FAR_LEG_MS)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.clock.disarm(this.#linger)
    this.#callee?.session.abandon('the call was over and this leg was not told')
    if (!this.#recorded && this.#outcome !== undefined && this.#outcome !== 'interrupted') this.#noteFailure()
    this.#flush()
    if (this.#calleePhone) this.#context.unexpect(this.#calleePhone, this)
    this.#phones.release()
    this.#context.ended(this)
  }

  /** A walk that failed before its call step is remembered as a whole, like one without such a step. */
  #noteFailure(): void {
    if (this.record) return
    const phone = this.#phones.first
    this.record = newExchange(this.number, this.flow.name, phone, this.intendedMs, this.clock.nowMs())
    this.#context.counters.attempt()
  }

  #flush(): void {
    const { record } = this
    if (!record) return
    this.#recorded = true
    const session = this.#caller
    const ending = this.#run.ending
    if (session) noteTimes(record, session)
    const done = record.exchange ? 'completed' : 'interrupted'
    record.outcome = this.#outcome ?? ending?.outcome ?? done
    record.asMeant = this.#outcome === undefined && (record.outcome === 'completed' || this.#expectedEnd)
    record.reason = record.asMeant ? '' : this.#reason || ending?.reason || ''
    record.endedMs = this.clock.nowMs()
    if (session) noteLeg(record, session)
    if (this.#callee) noteLeg(record, this.#callee.session)
    this.#context.finished(record)
    this.record = undefined
    this.#run.ending = undefined
  }
}
