/** Every stream is looked at within so many runs. */
const sweepRuns = 64

export interface StreamTimerUser {
  /** How many rows there are. */
  readonly rows: number
  /** Every millisecond or so; false ends the timer. */
  onRun(): boolean
  /** From time to time for each row. */
  onRow(row: number): void
}

/** Runs every millisecond while there are streams, and looks at a part of them each time: at all within about 64 ms. */
export class StreamTimer {
  readonly #user: StreamTimerUser
  #timer: NodeJS.Timeout | undefined
  #row = 0

  constructor(user: StreamTimerUser) {
    this.#user = user
  }

  start(): void {
    if (this.#timer) return
    const timer = setTimeout(() => {
      if (this.#timer !== timer) return
      const goesOn = this.#user.onRun()
      this.#sweep()
      if (goesOn) timer.refresh()
      else this.#timer = undefined
    }, 1)
    this.#timer = timer
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #sweep(): void {
    const { rows } = this.#user
    for (let left = Math.ceil(rows / sweepRuns); left > 0; left--) {
      this.#row = this.#row + 1 < rows ? this.#row + 1 : 0
      this.#user.onRow(this.#row)
    }
  }
}
