import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Ending, SessionObserver } from '../agent/session-observer.js'
import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Instruction, Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { CallRecord } from '../model/record.js'
import type { Flow } from '../model/scenario.js'
import { newExchange, newRecord, noteLeg, noteTimes } from './call-record.js'
import { CallVariables } from './call-variables.js'
import { CalleeParty } from './callee-party.js'
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
export class CallAttempt implements Party, SessionObserver, TimerOwner {
  readonly role = 'caller'
  readonly number: number
  readonly intendedMs: number
  readonly flow: Flow
  record: CallRecord | undefined
  readonly #context: RunContext
  readonly #run: ProgramRun
  readonly #held: { readonly group: string; readonly phone: Phone; readonly role: Role | undefined }[] = []
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
    const held = this.#heldPhone(group, undefined)
    if (held) {
      use(held)
      return
    }
    const pool = this.#context.pool(group)
    pool.acquire((phone) => {
      if (this.#closed) pool.release(phone)
      else this.#guarded(() => use(this.#hold(pool, phone, undefined)))
    })
  }

  #heldPhone(group: string, role: Role | undefined): Phone | undefined {
    return this.#held.find((entry) => entry.group === group && entry.role === role)?.phone
  }

  #hold(pool: PhonePool, phone: Phone, role: Role | undefined): Phone {
    this.#held.push({ group: pool.group, phone, role })
    this.#variables.lend(phone.variables)
    if (!this.record && role === undefined && this.flow.program.every(({ op }) => op !== 'call')) {
      this.#context.admit(() => {
        this.#letIn = true
      })
      this.record = newExchange(this.number, this.flow.name, phone, this.intendedMs, this.clock.nowMs())
      this.#context.counters.attempt()
    }
    return phone
  }

  /** Runs what may be called from another call's end: a failure must stay with this call. */
  #guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#run.failed(error)
    }
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
    this.#withPair(instruction.from, to.group, (caller, callee) => {
      this.#calleePhone = callee
      this.#place(instruction, caller, to.group, callee.identity.aor, intendedMs)
    })
  }

  /** Caller and callee, those of an earlier call of this walk where there was one. */
  #withPair(from: string, to: string, use: (caller: Phone, callee: Phone) => void): void {
    const caller = this.#heldPhone(from, undefined)
    const callee = this.#heldPhone(to, 'callee')
    const callees = this.#context.pool(to)
    if (callee) this.withPhone(from, (phone) => use(phone, callee))
    else if (caller) {
      callees.acquire((phone) => {
        if (this.#closed) callees.release(phone)
        else this.#guarded(() => use(caller, this.#hold(callees, phone, 'callee')))
      })
    } else this.#acquirePair(this.#context.pool(from), callees, use)
  }

  #acquirePair(callers: PhonePool, callees: PhonePool, use: (caller: Phone, callee: Phone) => void): void {
    callers.acquireWith(callees, (caller, callee) => {
      if (this.#closed) {
        callers.release(caller)
        callees.release(callee)
      } else {
        this.#guarded(() => use(this.#hold(callers, caller, undefined), this.#hold(callees, callee, 'callee')))
      }
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
      if (!this.#closed) this.#guarded(() => this.#invite(instruction, caller, uri, intendedMs))
    })
  }

  #invite(instruction: Instruction & { op: 'call' }, caller: Phone, uri: string, intendedMs: number): void {
    this.#context.counters.lag(this.clock.nowMs() - intendedMs)
    if (this.#calleePhone) this.#context.expect(this.#calleePhone, this)
    this.#caller = caller.createCall(this)
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
    for (const { group, phone } of this.#held) {
      phone.rawListener = undefined
      this.#context.pool(group).release(phone)
    }
    this.#context.ended(this)
  }

  /** A walk that failed before its call step is remembered as a whole, like one without such a step. */
  #noteFailure(): void {
    if (this.record) return
    const phone = this.#held[0]?.phone
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
