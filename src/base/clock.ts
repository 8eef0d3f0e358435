/**
 * Time as the protocol cores see it. Milliseconds are floats since an arbitrary origin, monotonic, with
 * microsecond resolution; wall-clock time never enters a measurement.
 */
export interface Clock {
  nowMs(): number
  /** Arms the timer to expire after `delayMs`; a timer already armed is moved. */
  arm(timer: Timer, delayMs: number): void
  disarm(timer: Timer): void
}

export interface TimerOwner {
  onTimer(timer: Timer): void
}

/** One timer of one owner. It is linked into the clock in place, so that arming allocates nothing. */
export class Timer {
  readonly owner: TimerOwner
  /** What the owner knows it by, for example `A` or `H`. */
  readonly kind: string
  /** Due time in clock milliseconds while armed. */
  dueMs = 0
  armed = false
  next: Timer | undefined = undefined
  previous: Timer | undefined = undefined

  constructor(owner: TimerOwner, kind: string) {
    this.owner = owner
    this.kind = kind
  }
}

class CallbackOwner implements TimerOwner {
  readonly #run: () => void
  constructor(run: () => void) {
    this.#run = run
  }
  onTimer(): void {
    this.#run()
  }
}

/** For the control path: runs `run` after `delayMs`; the returned timer can be disarmed. */
export function after(clock: Clock, delayMs: number, run: () => void): Timer {
  const timer = new Timer(new CallbackOwner(run), 'after')
  clock.arm(timer, delayMs)
  return timer
}

/** For the control path: a promise that resolves after `delayMs` on this clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => after(clock, delayMs, resolve))
}
