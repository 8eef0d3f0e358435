import type { Phone } from '../../agent/phone.js'
import type { Clock } from '../../base/clock.js'
import type { LoadObserver } from '../../load/driver.js'
import type { StreamPort } from '../../media/stream-port.js'
import type { Recorder } from '../../metrics/recorder.js'
import type { CallRecord, RegistrationRecord } from '../../model/record.js'
import type { RunLog } from './run-log.js'
import type { SampleKeeper } from './samples.js'
import { UnmatchedPackets } from './unmatched-packets.js'

/** What happened to the connections and bindings of a group. */
export interface GroupEvents {
  connectionsLost: number
  registrations: number
  registrationsFailed: number
  /** Why the last registration that failed did. */
  lastRefusal: string
}

/** Passes what the load sees to the recorder, keeps samples, and counts what the recorder has no business with. */
export class Observation implements LoadObserver {
  readonly #clock: Clock
  readonly #recorder: Recorder
  readonly #samples: SampleKeeper
  readonly #log: RunLog
  /** Told of every call that is over. */
  onCallEnded: ((record: CallRecord) => void) | undefined
  /** Any response, of whatever kind, has come from a target. */
  heard = false
  readonly #groups = new Map<string, GroupEvents>()
  readonly #sent = new ColumnGrowth()
  readonly #received = new ColumnGrowth()
  readonly #lost = new ColumnGrowth()
  readonly #unmatched: UnmatchedPackets

  constructor(clock: Clock, recorder: Recorder, samples: SampleKeeper, log: RunLog) {
    this.#clock = clock
    this.#recorder = recorder
    this.#samples = samples
    this.#log = log
    this.#unmatched = new UnmatchedPackets(recorder)
  }

  attempt(): void {
    this.#recorder.attempt(this.#clock.nowMs())
  }

  established(nowMs: number): void {
    this.#recorder.established(nowMs)
  }

  lag(): void {
    // The recorder derives schedule.lag from the call's record.
  }

  call(record: CallRecord): void {
    const went = record.exchange === true && record.asMeant
    if (record.status > 0 || record.provisionalMs !== undefined || record.callee === record.caller || went) {
      this.heard = true
    }
    this.#recorder.ended(this.#clock.nowMs())
    this.#recorder.call(record)
    this.#samples.offer(record)
    this.#log.call(record)
    this.onCallEnded?.(record)
  }

  registration(record: RegistrationRecord): void {
    if (record.status > 0) this.heard = true
    const events = this.eventsOf(record.group)
    if (record.ok) events.registrations++
    else {
      events.registrationsFailed++
      events.lastRefusal = record.reason
    }
    this.#recorder.registration(record)
    this.#log.registration(record)
  }

  connected(phone: Phone, connectMs: number): void {
    const { transport, group } = phone.profile
    this.#recorder.connect(transport, group, connectMs, this.#clock.nowMs())
  }

  connectionLost(phone: Phone, reason: string, target: string): void {
    const { group } = phone.profile
    this.#recorder.targets.failed(target, this.#clock.nowMs())
    this.eventsOf(group).connectionsLost++
    this.#recorder.drill.log?.notice('loss', { group, agent: phone.name, atMs: this.#clock.nowMs() })
    this.#log.connectionLost(group, phone.name, reason)
  }

  targetSwitched(phone: Phone, from: string, to: string): void {
    const { group } = phone.profile
    this.#recorder.targets.failed(from, this.#clock.nowMs())
    this.#recorder.drill.log?.notice('switch', { group, agent: phone.name, atMs: this.#clock.nowMs() })
    this.#log.targetSwitched(group, phone.name, from, to)
  }

  eventsOf(group: string): GroupEvents {
    let events = this.#groups.get(group)
    if (!events) {
      events = { connectionsLost: 0, registrations: 0, registrationsFailed: 0, lastRefusal: '' }
      this.#groups.set(group, events)
    }
    return events
  }

  /** Tells what RTP has moved since the last look, row by row: rows are used again for new streams; and what was nobody's. */
  lookAtMedia(port: StreamPort | undefined): void {
    if (!port) return
    const { capacity, packetsSent, packetsReceived, packetsLost } = port.statistics
    const nowMs = this.#clock.nowMs()
    this.#recorder.packets(
      nowMs,
      this.#sent.grown(packetsSent, capacity),
      this.#received.grown(packetsReceived, capacity),
      this.#lost.grown(packetsLost, capacity),
    )
    this.#unmatched.look(port.counters, nowMs)
  }
}

/** Sums what each row of a column has grown by; a row that has shrunk belongs to a new stream. */
class ColumnGrowth {
  #before: number[] = []

  grown(column: ArrayLike<number>, rows: number): number {
    let total = 0
    for (let row = 0; row < rows; row++) {
      const now = column[row] ?? 0
      const before = this.#before[row] ?? 0
      total += Math.max(0, now >= before ? now - before : now)
      this.#before[row] = now
    }
    return total
  }
}
