import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Ending, SessionObserver } from '../agent/session-observer.js'
import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Instruction, Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { CallRecord } from '../model/record.js'
import type { Flow } from '../model/scenario.js'
import { newRecord, noteLeg, noteTimes } from './call-record.js'
import { CalleeParty } from './callee-party.js'
import { type Party, ProgramRun } from './program-run.js'
import { renderHeaders } from './render-headers.js'
import type { RunContext } from './run-context.js'

/** After our own leg has ended the far one, where it is ours, has so long to end as well. */
const FAR_LEG_MS = 2_000

/**
 * One walk through a flow: it borrows phones, places the call, meets the callee where that is ours, and leaves one
 * record for each call placed.
 */
export class CallAttempt implements Party, SessionObserver, TimerOwner {
  readonly role = 'caller'
  readonly variables: Record<string, string | number>
  readonly number: number
  readonly intendedMs: number
  readonly flow: Flow
  record: CallRecord | undefined
  readonly #context: RunContext
  readonly #run: ProgramRun
  readonly #held: { readonly group: string; readonly phone: Phone; readonly role: Role | undefined }[] = []
  readonly #linger: Timer
  #caller: Session | undefined
  #callee: CalleeParty | undefined
  #calleePhone: Phone | undefined
  #outcome: Outcome | undefined
  #reason = ''
  #over = false
  #closed = false
  /** A final status that a step expected: the call counts as meant. */
  #expectedEnd = false

  constructor(context: RunContext, flow: Flow, number: number, intendedMs: number) {
    this.#context = context
    this.flow = flow
    this.number = number
    this.intendedMs = intendedMs
    this.variables = { ...context.variables, call: number }
    this.#run = new ProgramRun(this, flow.program)
    this.#linger = new Timer(this, 'linger')
  }

  get clock(): Clock {
    return this.#context.clock
  }

  get rng(): Rng {
    return this.#context.rng
  }

  begin(): void {
    this.#run.start()
  }

  sessionOf(role: Role): Session | undefined {
    return role === 'caller' ? this.#caller : this.#callee?.session
  }

  withPhone(group: string, use: (phone: Phone) => void): void {
    const held = this.#held.find((entry) => entry.group === group && entry.role !== 'callee')
    if (held) use(held.phone)
    else this.#hold(group, undefined, use)
  }

  #hold(group: string, role: Role | undefined, use: (phone: Phone) => void): void {
    this.#context.pool(group).acquire((phone) => {
      if (this.#closed) {
        this.#context.pool(group).release(phone)
        return
      }
      this.#held.push({ group, phone, role })
      use(phone)
    })
  }

  startCall(_run: ProgramRun, instruction: Instruction & { op: 'call' }): void {
    const intendedMs = this.record ? this.clock.nowMs() : this.intendedMs
    if (this.record) this.#flush()
    this.#context.counters.attempt()
    this.withPhone(instruction.from, (caller) => {
      const { to } = instruction
      if (to.kind === 'uri') {
        this.#place(
          instruction,
          caller,
          undefined,
          to.uri.render({ ...this.variables, ...caller.variables }),
          intendedMs,
        )
        return
      }
      this.#hold(to.group, 'callee', (callee) => {
        this.#calleePhone = callee
        this.#context.expect(callee, this)
        this.#place(instruction, caller, to.group, callee.identity.aor, intendedMs)
      })
    })
  }

  #place(
    instruction: Instruction & { op: 'call' },
    caller: Phone,
    calleeGroup: string | undefined,
    uri: string,
    intendedMs: number,
  ): void {
    this.variables.caller = caller.identity.user
    this.variables.callee = this.#calleePhone?.identity.user ?? uri
    this.record = newRecord(this.number, this.flow.name, caller, calleeGroup, intendedMs)
    const refusal = this.#context.limits.refusal(uri)
    if (refusal !== undefined) {
      this.#run.finish('unexpected', refusal)
      return
    }
    this.#context.counters.lag(this.clock.nowMs() - intendedMs)
    this.#expectedEnd =
      instruction.expect.codes.some((code) => code >= 300) || instruction.expect.classes.some((c) => c >= 3)
    this.#caller = caller.createCall(this)
    this.#caller.invite({
      uri,
      headers: renderHeaders(instruction.headers, this.variables),
      delayedOffer: instruction.delayedOffer,
    })
  }

  /** Our callee's phone rings with this call. */
  join(phone: Phone, session: Session): void {
    session.observer = this
    this.#callee = new CalleeParty(this, session, phone, this.#context)
    this.#callee.start()
  }

  onProgress(session: Session, status: number): void {
    this.#run.event('progress', status, session, undefined)
  }

  onAnswered(session: Session): void {
    if (session.role === 'caller') {
      this.#context.counters.established(this.clock.nowMs())
      this.#run.event('answered', session.status, session, undefined)
    } else this.#callee?.run.event('answered', 200, session, undefined)
  }

  onEnded(session: Session, ending: Ending): void {
    if (session.role === 'caller') this.#run.ending = ending
    else if (this.#callee) this.#callee.run.ending = ending
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
    this.#flush()
    if (this.#calleePhone) this.#context.unexpect(this.#calleePhone, this)
    for (const { group, phone } of this.#held) {
      phone.rawListener = undefined
      this.#context.pool(group).release(phone)
    }
    this.#context.ended(this)
  }

  #flush(): void {
    const { record } = this
    if (!record) return
    const session = this.#caller
    const ending = this.#run.ending
    if (session) noteTimes(record, session)
    record.outcome = this.#outcome ?? ending?.outcome ?? 'interrupted'
    record.asMeant = this.#outcome === undefined && (ending?.outcome === 'completed' || this.#expectedEnd)
    record.reason = record.asMeant ? '' : this.#reason || ending?.reason || ''
    record.endedMs = this.clock.nowMs()
    if (session) noteLeg(record, session)
    if (this.#callee) noteLeg(record, this.#callee.session)
    this.#context.finished(record)
    this.record = undefined
    this.#run.ending = undefined
  }
}
