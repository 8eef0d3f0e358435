import type { Clock } from '../base/clock.js'

/** How often it runs where nothing is paced by it: what is looked at then is due within seconds. */
const idleRunMs = 16
/** Every stream is looked at within so long. */
const sweepMs = 64

export interface StreamTimerUser {
  readonly clock: Pick<Clock, 'nowMs'>
  /** How many rows there are. */
  readonly rows: number
  /** Whether it has to run every millisecond. */
  readonly isPacing: boolean
  /** False ends the timer. */
  onRun(): boolean
  /** From time to time for each row, but not before the time that it has returned. */
  onRow(row: number): number
}

/**
 * Runs while there are streams, every millisecond or so where JavaScript sends some of them, and looks at a part of all
 * each time: at every one within about 64 ms.
 */
export class StreamTimer {
  readonly #user: StreamTimerUser
  #timer: NodeJS.Timeout | undefined
  #runMs = 0
  #row = 0
  /** When to look at a row, in one piece: most of them have nothing to do most of the time. */
  readonly #dueMs: number[] = []

  constructor(user: StreamTimerUser) {
    this.#user = user
  }

  /** Begins to run, or to run as often as it is needed now, and looks at the row the next time. */
  start(row: number): void {
    this.#dueMs[row] = 0
    const isLate = this.#runMs > 1 && this.#user.isPacing
    if (!this.#timer || isLate) this.#sleep()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #sleep(): void {
    clearTimeout(this.#timer)
    this.#runMs = this.#user.isPacing ? 1 : idleRunMs
    const timer = setTimeout(() => {
      if (this.#timer === timer) this.#run(timer)
    }, this.#runMs)
    this.#timer = timer
  }

  #run(timer: NodeJS.Timeout): void {
    const goesOn = this.#user.onRun()
    this.#sweep()
    // It may have been stopped or started anew meanwhile.
    if (this.#timer !== timer) return
    if (!goesOn) this.#timer = undefined
    else if (this.#user.isPacing === (this.#runMs === 1)) timer.refresh()
    else this.#sleep()
  }

  #sweep(): void {
    const { rows, clock } = this.#user
    const nowMs = clock.nowMs()
    for (let left = Math.ceil((rows * this.#runMs) / sweepMs); left > 0; left--) {
      this.#row = this.#row + 1 < rows ? this.#row + 1 : 0
      if (nowMs >= (this.#dueMs[this.#row] ?? 0)) this.#dueMs[this.#row] = this.#user.onRow(this.#row)
    }
  }
}
