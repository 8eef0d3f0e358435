import type { Phone } from '../agent/phone.js'
import type { PhoneObserver } from '../agent/phone-observer.js'
import type { RegistrationOutcome } from '../agent/registration.js'
import type { Session } from '../agent/session.js'
import { after, type Clock, Timer, type TimerOwner } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import type { Instruction } from '../model/instruction.js'
import type { CallRecord, RegistrationRecord } from '../model/record.js'
import type { Scenario } from '../model/scenario.js'
import { ActiveCalls } from './active-calls.js'
import { Arrivals, LoadCurve } from './arrivals.js'
import { CallAttempt } from './call-attempt.js'
import { DialLimits } from './dial-limits.js'
import { ExpectedCalls } from './expected-calls.js'
import { FlowDraw } from './flow-draw.js'
import { IncomingCall } from './incoming-call.js'
import { OwnArrivals } from './own-arrivals.js'
import type { PhonePool } from './phone-pool.js'
import { PhonePools } from './phone-pools.js'
import { RateLimit } from './rate-limit.js'
import type { LoadCounters, RunContext } from './run-context.js'
import { ownCount, ownLimits, type Shard, wholeNumber, wholeRun } from './shard.js'

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
/** Late calls are started for so long at a time: all at once, they would drown the answers that are to be read. */
const STARTS_MS = 4
/** While so many calls wait for a phone the next are late without being made: what is made and waits takes memory. */
const MOST_WAITING = 10_000
const WAITING_TICK_MS = 5
/** Beyond the precision of a sum of clock readings: a wait shorter than this would not move a clock. */
const ROUNDING_MS = 1e-6

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
  readonly pools = new PhonePools()
  readonly #scenario: Scenario
  readonly #shard: Shard
  readonly #next: OwnArrivals
  readonly #rate: RateLimit
  readonly #programs: ReadonlyMap<string, readonly Instruction[]>
  readonly #expected = new ExpectedCalls()
  /** Which flow the next call walks. */
  readonly #flowDraw: FlowDraw
  readonly #seed: number
  readonly #active = new ActiveCalls<CallAttempt | IncomingCall>()
  readonly #timer: Timer
  #started = 0
  #incoming = 0
  /** Calls of others that are over; a scenario that only answers may end after so many. */
  #answered = 0
  /** Calls that others asked for by REFER and that are not over. */
  #transferred = 0
  #over: () => void = () => {}

  constructor(scenario: Scenario, clock: Clock, rng: Rng, observer: LoadObserver, shard: Shard = wholeRun) {
    this.#scenario = scenario
    this.#shard = shard
    this.clock = clock
    this.#flowDraw = new FlowDraw(scenario.flows, rng.fork('flows'))
    this.#seed = rng.uint32()
    this.variables = scenario.inputs
    this.limits = new DialLimits(scenario.limits)
    this.#rate = new RateLimit(ownLimits(shard, scenario.limits))
    this.counters = observer
    const { load } = scenario
    this.curve = new LoadCurve(load.stages)
    const { arrivals, calls } = load
    this.#next = new OwnArrivals(new Arrivals(this.curve, { arrivals, calls, rng: rng.fork('arrivals') }), shard)
    this.#programs = new Map(scenario.groups.map((group) => [group.name, group.whenCalled]))
    this.#timer = new Timer(this, 'arrival')
  }

  /** Runs the whole curve from `startMs` on, now at the earliest; resolves when the last call is over. */
  run(startMs = this.clock.nowMs()): Promise<void> {
    this.state = 'loading'
    this.startMs = startMs
    return new Promise((resolve) => {
      this.#over = resolve
      if (this.#scenario.flows.length > 0) this.#next.advance()
      this.onTimer()
    })
  }

  /** So many calls are the shard's to start, where a number ends the load. */
  get #calls(): number | undefined {
    const { calls } = this.#scenario.load
    return calls === undefined ? undefined : ownCount(this.#shard, calls)
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
    this.pools.abandon()
    this.drain()
    for (const call of this.#active.all()) call.interrupt()
  }

  get elapsedMs(): number {
    return this.state === 'idle' ? 0 : this.clock.nowMs() - this.startMs
  }
  get started(): number {
    return this.#started
  }

  onTimer(): void {
    if (this.state !== 'loading') return
    if (this.#scenario.load.model === 'closed') this.#keepLevel()
    else this.#startDue()
  }

  #startDue(): void {
    const elapsed = this.elapsedMs
    const next = this.#next
    while (next.atMs !== undefined && next.atMs <= elapsed + ROUNDING_MS) {
      const nowMs = this.clock.nowMs()
      const waitMs = nowMs - this.startMs > elapsed + STARTS_MS ? 1 : this.#waitMs(nowMs)
      if (waitMs > 0) {
        this.clock.arm(this.#timer, waitMs)
        return
      }
      const { number, atMs } = next
      next.advance()
      this.#startCall(number, this.startMs + atMs)
    }
    const isOver = elapsed + ROUNDING_MS >= this.curve.totalMs || this.#started === this.#calls
    if (next.atMs === undefined && isOver) this.drain()
    else this.clock.arm(this.#timer, (next.atMs ?? this.curve.totalMs) - elapsed)
  }

  #waitMs(nowMs: number): number {
    return this.pools.waiting < MOST_WAITING ? this.#rate.waitMs(nowMs, this.inProgress) : WAITING_TICK_MS
  }

  /** Closed model: as many calls as the curve says are kept in progress. */
  #keepLevel(): void {
    const elapsed = this.elapsedMs
    const calls = this.#calls
    const level = ownCount(this.#shard, Math.round(this.curve.levelAt(elapsed)))
    while (this.inProgress < level && this.#started < (calls ?? Number.POSITIVE_INFINITY)) {
      if (this.#rate.waitMs(this.clock.nowMs(), this.inProgress) > 0) break
      this.#startCall(wholeNumber(this.#shard, this.#started), this.clock.nowMs())
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

  #startCall(number: number, intendedMs: number): void {
    const attempt = new CallAttempt(this, this.#flowDraw.flowOf(number), number, intendedMs)
    this.#started++
    this.inProgress++
    this.#active.add(attempt)
    attempt.begin()
  }

  pool(group: string): PhonePool {
    return this.pools.of(group)
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
    const call = new IncomingCall(this, phone, session, wholeNumber(this.#shard, this.#incoming++), (over, record) => {
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
