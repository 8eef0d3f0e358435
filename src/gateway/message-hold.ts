import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import { TimerLateness } from './timer-lateness.js'

interface Held {
  readonly dueMs: number
  readonly run: () => void
}

/** Messages that come due so little later are not worth a timer of their own. */
const togetherMs = 0.5

/** Holds messages for a while each and lets them go in the order in which they came. */
export class MessageHold implements TimerOwner {
  readonly #clock: Clock
  readonly #timer = new Timer(this, 'hold')
  readonly #lateness = new TimerLateness()
  readonly #queue: Held[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(delayMs: number, run: () => void): void {
    const dueMs = this.#clock.nowMs() + delayMs
    this.#queue.push({ dueMs, run })
    if (this.#queue.length === 1) this.#armFor(dueMs)
  }

  onTimer(): void {
    const nowMs = this.#clock.nowMs()
    const first = this.#queue[0]
    if (first) this.#lateness.note(first.dueMs, nowMs)
    for (let held = first; held; held = this.#queue[0]) {
      if (held.dueMs - this.#lateness.ms > nowMs + togetherMs) break
      this.#queue.shift()
      held.run()
    }
    const next = this.#queue[0]
    if (next && !this.#timer.armed) this.#armFor(next.dueMs)
  }

  #armFor(dueMs: number): void {
    this.#clock.arm(this.#timer, dueMs - this.#clock.nowMs() - this.#lateness.ms)
  }
}
