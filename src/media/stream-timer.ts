/** How often it runs where nothing is paced by it: what is looked at then is due within seconds. */
const idleRunMs = 16
/** Every stream is looked at within so long. */
const sweepMs = 64

export interface StreamTimerUser {
  /** How many rows there are. */
  readonly rows: number
  /** Whether it has to run every millisecond. */
  readonly isPacing: boolean
  /** False ends the timer. */
  onRun(): boolean
  /** From time to time for each row. */
  onRow(row: number): void
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

  constructor(user: StreamTimerUser) {
    this.#user = user
  }

  /** Begins to run, or to run as often as it is needed now. */
  start(): void {
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
    const { rows } = this.#user
    for (let left = Math.ceil((rows * this.#runMs) / sweepMs); left > 0; left--) {
      this.#row = this.#row + 1 < rows ? this.#row + 1 : 0
      this.#user.onRow(this.#row)
    }
  }
}
