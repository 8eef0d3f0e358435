import type { Phone } from '../agent/phone.js'
import type { PhoneObserver } from '../agent/phone-observer.js'
import type { RegistrationOutcome } from '../agent/registration.js'
import type { Session } from '../agent/session.js'
import { after, type Clock, Timer, type TimerOwner } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import type { Instruction } from '../model/instruction.js'
import type { CallRecord, RegistrationRecord } from '../model/record.js'
import type { Flow, Scenario } from '../model/scenario.js'
import { ActiveCalls } from './active-calls.js'
import { Arrivals, LoadCurve } from './arrivals.js'
import { CallAttempt } from './call-attempt.js'
import { DialLimits } from './dial-limits.js'
import { ExpectedCalls } from './expected-calls.js'
import { IncomingCall } from './incoming-call.js'
import { PhonePool } from './phone-pool.js'
import { RateLimit } from './rate-limit.js'
import type { LoadCounters, RunContext } from './run-context.js'

/** Where the driver's observations go. */
export interface LoadObserver extends LoadCounters {
  call(record: CallRecord): void
  registration(record: RegistrationRecord): void
  connected(phone: Phone, connectMs: number): void
  /** `target`: the name of the one that it led to. */
  connectionLost(phone: Phone, reason: string, target: string): void
  targetSwitched(phone: Phone, from: string, to: string): void
}

export type DriverState = 'idle' | 'loading' | 'draining' | 'done'

const CLOSED_TICK_MS = 100

/** Starts calls as the load curve says and keeps account of them until the last one is over. */
export class Driver implements RunContext, PhoneObserver, TimerOwner {
  readonly clock: Clock
  readonly variables: Readonly<Record<string, string | number>>
  readonly limits: DialLimits
  readonly counters: LoadObserver
  readonly curve: LoadCurve
  state: DriverState = 'idle'
  /** Clock time at which load started. */
  startMs = 0
  inProgress = 0
  readonly #scenario: Scenario
  readonly #arrivals: Arrivals
  readonly #rate: RateLimit
  readonly #pools = new Map<string, PhonePool>()
  readonly #programs: ReadonlyMap<string, readonly Instruction[]>
  readonly #expected = new ExpectedCalls()
  /** Which flow the next call walks. */
  readonly #flowDraw: Rng
  readonly #seed: number
  readonly #active = new ActiveCalls<CallAttempt | IncomingCall>()
  readonly #timer: Timer
  readonly #totalWeight: number
  #started = 0
  #incoming = 0
  /** Calls of others that are over; a scenario that only answers may end after so many. */
  #answered = 0
  /** Calls that others asked for by REFER and that are not over. */
  #transferred = 0
  #nextMs: number | undefined
  #over: () => void = () => {}

  constructor(scenario: Scenario, clock: Clock, rng: Rng, observer: LoadObserver) {
    this.#scenario = scenario
    this.clock = clock
    this.#flowDraw = rng.fork('flows')
    this.#seed = rng.uint32()
    this.variables = scenario.inputs
    this.limits = new DialLimits(scenario.limits)
    this.#rate = new RateLimit(scenario.limits)
    this.counters = observer
    const { load } = scenario
    this.curve = new LoadCurve(load.stages)
    this.#arrivals = new Arrivals(this.curve, {
      arrivals: load.arrivals,
      calls: load.calls,
      rng: rng.fork('arrivals'),
    })
    this.#programs = new Map(scenario.groups.map((group) => [group.name, group.whenCalled]))
    this.#totalWeight = scenario.flows.reduce((sum, flow) => sum + flow.weight, 0)
    this.#timer = new Timer(this, 'arrival')
  }

  addPool(group: string, phones: readonly Phone[], callsAtOnce: number): void {
    this.#pools.set(group, new PhonePool(group, phones, callsAtOnce))
  }

  /** Runs the whole curve; resolves when the last call is over. */
  run(): Promise<void> {
    this.state = 'loading'
    this.startMs = this.clock.nowMs()
    return new Promise((resolve) => {
      this.#over = resolve
      this.#nextMs = this.#scenario.flows.length === 0 ? undefined : this.#arrivals.next()
      this.onTimer()
    })
  }

  /** No further calls are started; those in progress go on, also those that still wait for a phone. */
  drain(): void {
    if (this.state !== 'loading') return
    this.state = 'draining'
    this.clock.disarm(this.#timer)
    this.#settle()
  }

  /** Hangs up everything that is in progress. */
  interrupt(): void {
    for (const pool of this.#pools.values()) pool.abandon()
    this.drain()
    for (const call of this.#active.all()) call.interrupt()
  }

  get elapsedMs(): number {
    return this.state === 'idle' ? 0 : this.clock.nowMs() - this.startMs
  }

  get started(): number {
    return this.#started
  }

  /** Groups whose phones were all busy when a call wanted one, with how often. */
  get starvation(): readonly { group: string; times: number }[] {
    return [...this.#pools.values()]
      .filter((pool) => pool.starved > 0)
      .map((pool) => ({ group: pool.group, times: pool.starved }))
  }

  onTimer(): void {
    if (this.state !== 'loading') return
    if (this.#scenario.load.model === 'closed') this.#keepLevel()
    else this.#startDue()
  }

  #startDue(): void {
    const elapsed = this.elapsedMs
    while (this.#nextMs !== undefined && this.#nextMs <= elapsed) {
      const waitMs = this.#rate.waitMs(this.clock.nowMs(), this.inProgress)
      if (waitMs > 0) {
        this.clock.arm(this.#timer, waitMs)
        return
      }
      const intendedMs = this.startMs + this.#nextMs
      this.#nextMs = this.#arrivals.next()
      this.#startCall(intendedMs)
    }
    if (this.#nextMs !== undefined) this.clock.arm(this.#timer, this.#nextMs - elapsed)
    else if (elapsed >= this.curve.totalMs || this.#started === this.#scenario.load.calls) this.drain()
    else this.clock.arm(this.#timer, this.curve.totalMs - elapsed)
  }

  /** Closed model: as many calls as the curve says are kept in progress. */
  #keepLevel(): void {
    const elapsed = this.elapsedMs
    const { calls } = this.#scenario.load
    const level = Math.round(this.curve.levelAt(elapsed))
    while (this.inProgress < level && this.#started < (calls ?? Number.POSITIVE_INFINITY)) {
      if (this.#rate.waitMs(this.clock.nowMs(), this.inProgress) > 0) break
      this.#startCall(this.clock.nowMs())
    }
    if (elapsed >= this.curve.totalMs || (calls !== undefined && this.#started >= calls)) this.drain()
    else this.clock.arm(this.#timer, CLOSED_TICK_MS)
  }

  rngFor(call: string): Rng {
    return new Rng(this.#seed, call)
  }

  admit(start: () => void): void {
    const nowMs = this.clock.nowMs()
    const waitMs = this.#rate.waitMs(nowMs, 0)
    if (waitMs > 0) after(this.clock, waitMs, () => this.admit(start))
    else {
      this.#rate.note(nowMs)
      start()
    }
  }

  #startCall(intendedMs: number): void {
    const attempt = new CallAttempt(this, this.#chooseFlow(), this.#started, intendedMs)
    this.#started++
    this.inProgress++
    this.#active.add(attempt)
    attempt.begin()
  }

  #chooseFlow(): Flow {
    const { flows } = this.#scenario
    let left = flows.length > 1 ? this.#flowDraw.next() * this.#totalWeight : 0
    for (const flow of flows) {
      left -= flow.weight
      if (left < 0) return flow
    }
    return flows[flows.length - 1] as Flow
  }

  pool(group: string): PhonePool {
    const pool = this.#pools.get(group)
    if (!pool) throw new Error(`there is no pool for group ${group}`)
    return pool
  }

  programWhenCalled(group: string): readonly Instruction[] {
    return this.#programs.get(group) ?? []
  }

  expect(phone: Phone, attempt: CallAttempt): void {
    this.#expected.add(phone, attempt)
  }

  unexpect(phone: Phone, attempt: CallAttempt): void {
    this.#expected.remove(phone, attempt)
  }

  finished(record: CallRecord): void {
    this.counters.call(record)
  }

  ended(attempt: CallAttempt): void {
    this.#active.remove(attempt)
    this.inProgress--
    if (this.state === 'loading' && this.#scenario.load.model === 'closed') this.clock.arm(this.#timer, 0)
    this.#settle()
  }

  #settle(): void {
    if (this.state !== 'draining' || this.#active.size > 0 || this.#transferred > 0) return
    this.state = 'done'
    this.#over()
  }

  onIncoming(phone: Phone, session: Session): boolean {
    const attempt = this.#expected.take(phone, session)
    if (attempt) {
      attempt.join(phone, session)
      return true
    }
    if (this.programWhenCalled(phone.profile.group).length === 0 || this.state === 'done') return false
    const call = new IncomingCall(this, phone, session, this.#incoming++, (over, record) => {
      this.#active.remove(over)
      this.inProgress--
      this.counters.call(record)
      if (this.#scenario.flows.length === 0 && ++this.#answered === this.#scenario.load.calls) this.drain()
      this.#settle()
    })
    this.#active.add(call)
    this.inProgress++
    call.begin()
    return true
  }

  onTransferAsked(_phone: Phone, uri: string): string | undefined {
    const refusal = this.limits.refusal(uri)
    if (refusal !== undefined) return refusal
    const nowMs = this.clock.nowMs()
    if (this.state === 'done' || this.#rate.waitMs(nowMs, this.inProgress) > 0) return 'no further call is allowed now'
    this.#rate.note(nowMs)
    this.inProgress++
    this.#transferred++
    return undefined
  }

  onTransferEnded(): void {
    this.inProgress--
    this.#transferred--
    this.#settle()
  }

  onRegistered(phone: Phone, outcome: RegistrationOutcome, refresh: boolean): void {
    this.counters.registration({
      group: phone.profile.group,
      agent: phone.name,
      transport: phone.profile.transport,
      refresh,
      startedMs: outcome.startedMs,
      endedMs: outcome.endedMs,
      status: outcome.status,
      ok: outcome.ok,
      reason: outcome.reason,
      target: outcome.target,
      retryAfterSeconds: outcome.retryAfterSeconds,
    })
  }

  onConnected(phone: Phone, connectMs: number): void {
    this.counters.connected(phone, connectMs)
  }

  onTargetSwitched(phone: Phone, from: string, to: string): void {
    this.counters.targetSwitched(phone, from, to)
  }

  onConnectionLost(phone: Phone, reason: string, target: string): void {
    this.counters.connectionLost(phone, reason, target)
  }
}
