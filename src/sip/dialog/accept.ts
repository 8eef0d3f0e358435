import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import type { TimerValues } from '../transaction/timers.js'

export interface AcceptanceUser {
  /** Sends the same 2xx again through the INVITE's transaction. */
  repeatAnswer(): void
  /** No ACK within 64*T1: the session should be ended with BYE (RFC 3261 13.3.1.4). */
  onAckTimeout(): void
}

/**
 * RFC 3261 13.3.1.4: a callee's 2xx, sent again until the ACK comes, after T1, 2*T1 and so on up to T2, over reliable
 * transports too, since a proxy further on may lose it.
 */
export class Acceptance implements TimerOwner {
  readonly #clock: Clock
  readonly #timers: TimerValues
  readonly #user: AcceptanceUser
  readonly #repeatTimer: Timer = new Timer(this, 'repeat')
  readonly #limitTimer: Timer = new Timer(this, 'limit')
  #intervalMs = 0

  constructor(clock: Clock, timers: TimerValues, user: AcceptanceUser) {
    this.#clock = clock
    this.#timers = timers
    this.#user = user
  }

  /** The 2xx has been sent for the first time. */
  start(): void {
    this.#intervalMs = this.#timers.t1Ms
    this.#clock.arm(this.#repeatTimer, this.#intervalMs)
    this.#clock.arm(this.#limitTimer, this.#timers.giveUpMs)
  }

  get waiting(): boolean {
    return this.#limitTimer.armed
  }

  /** The ACK came; true the first time. Also used to stop for other reasons. */
  stop(): boolean {
    const waiting = this.#limitTimer.armed
    this.#clock.disarm(this.#repeatTimer)
    this.#clock.disarm(this.#limitTimer)
    return waiting
  }

  onTimer(timer: Timer): void {
    if (timer === this.#limitTimer) {
      this.#clock.disarm(this.#repeatTimer)
      this.#user.onAckTimeout()
      return
    }
    this.#intervalMs = Math.min(this.#intervalMs * 2, this.#timers.t2Ms)
    this.#clock.arm(this.#repeatTimer, this.#intervalMs)
    this.#user.repeatAnswer()
  }
}
