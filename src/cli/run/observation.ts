import type { Phone } from '../../agent/phone.js'
import type { Clock } from '../../base/clock.js'
import type { LoadObserver } from '../../load/driver.js'
import type { StreamPort } from '../../media/stream-port.js'
import type { Recorder } from '../../metrics/recorder.js'
import type { CallRecord, RegistrationRecord } from '../../model/record.js'
import type { SampleKeeper } from './samples.js'

/** Passes what the load sees to the recorder, keeps samples, and counts what the recorder has no business with. */
export class Observation implements LoadObserver {
  readonly #clock: Clock
  readonly #recorder: Recorder
  readonly #samples: SampleKeeper
  connectionsLost = 0
  /** Any response, of whatever kind, has come from a target. */
  heard = false
  #sent = 0
  #received = 0
  #lost = 0

  constructor(clock: Clock, recorder: Recorder, samples: SampleKeeper) {
    this.#clock = clock
    this.#recorder = recorder
    this.#samples = samples
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
  }

  registration(record: RegistrationRecord): void {
    if (record.status > 0) this.heard = true
    this.#recorder.registration(record)
  }

  connected(phone: Phone, connectMs: number): void {
    const { transport, group } = phone.profile
    this.#recorder.connect(transport, group, connectMs, this.#clock.nowMs())
  }

  connectionLost(): void {
    this.connectionsLost++
  }

  /** Tells the timeline what RTP has moved since the last look; rows of streams that ended in between are left out. */
  lookAtMedia(port: StreamPort | undefined): void {
    if (!port) return
    const { statistics } = port
    let sent = 0
    let received = 0
    let lost = 0
    for (let row = 0; row < statistics.capacity; row++) {
      if (statistics.active[row] !== 1) continue
      sent += statistics.packetsSent[row] ?? 0
      received += statistics.packetsReceived[row] ?? 0
      lost += Math.max(0, statistics.packetsLost[row] ?? 0)
    }
    this.#recorder.packets(
      this.#clock.nowMs(),
      Math.max(0, sent - this.#sent),
      Math.max(0, received - this.#received),
      Math.max(0, lost - this.#lost),
    )
    this.#sent = sent
    this.#received = received
    this.#lost = lost
  }
}
