import { performance } from 'node:perf_hooks'

const WRITE_EVERY_MS = 2_000

interface Pace {
  readonly everyMs: number
  /** Of the time, at most. */
  readonly share: number
}

/** Writing a result holds the event loop up, and with it the load. */
const writingBesideLoad: Pace = { everyMs: WRITE_EVERY_MS, share: 1 / 200 }
/** No load waits for it, but another process may want the core. */
export const writingElsewhere: Pace = { everyMs: WRITE_EVERY_MS, share: 1 / 25 }
/** The last second of a shard that is lost is known: it costs a few milliseconds. */
export const everySecond: Pace = { everyMs: 1_000, share: 1 / 20 }

/** Tells how far a run has come, again and again, less often where that takes long. */
export class Progress {
  readonly #tell: () => void
  readonly #pace: Pace
  #timer: NodeJS.Timeout | undefined

  constructor(tell: () => void, pace = writingBesideLoad) {
    this.#tell = tell
    this.#pace = pace
  }

  /** The first time at once. */
  start(): void {
    const startMs = performance.now()
    this.#tell()
    const costMs = performance.now() - startMs
    const { everyMs, share } = this.#pace
    this.#timer = setTimeout(() => this.start(), Math.max(everyMs - costMs, costMs / share))
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
