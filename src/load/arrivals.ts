import type { Rng } from '../base/rng.js'
import type { Load } from '../model/scenario.js'

type Stage = Load['stages'][number]

/** Cumulative expectation at the start of each stage, so that a look-up needs no integration. */
interface Segment extends Stage {
  readonly startMs: number
  readonly before: number
}

/**
 * The load curve as arithmetic on elapsed time. Stages are linear in rate (calls per second); the n-th call is meant to
 * start when the integral of the rate reaches n (even) or when a unit Poisson process, stretched by that integral,
 * makes its n-th jump. Nothing here knows how the calls fare: the model is open.
 */
export class LoadCurve {
  readonly totalMs: number
  /** Calls that the whole curve amounts to. */
  readonly totalCalls: number
  readonly #segments: readonly Segment[]

  constructor(stages: readonly Stage[]) {
    const segments: Segment[] = []
    let startMs = 0
    let before = 0
    for (const stage of stages) {
      segments.push({ ...stage, startMs, before })
      startMs += stage.ms
      before += ((stage.from + stage.to) / 2) * (stage.ms / 1000)
    }
    this.#segments = segments
    this.totalMs = startMs
    this.totalCalls = before
  }

  /** Rate (or concurrency) at an elapsed time; 0 outside the curve. */
  levelAt(elapsedMs: number): number {
    for (const segment of this.#segments) {
      const into = elapsedMs - segment.startMs
      if (into >= 0 && into < segment.ms) return segment.from + (segment.to - segment.from) * (into / segment.ms)
    }
    return 0
  }

  /** Elapsed time at which the integral reaches `calls`; undefined when the curve ends before. */
  timeOf(calls: number): number | undefined {
    for (const segment of this.#segments) {
      const within = calls - segment.before
      const amount = ((segment.from + segment.to) / 2) * (segment.ms / 1000)
      if (within > amount) continue
      return segment.startMs + inverse(segment, within) * 1000
    }
    return undefined
  }
}

/** Seconds t into a linear segment with from*t + slope/2*t^2 = amount, in the form that is stable for small slopes. */
function inverse(segment: Segment, amount: number): number {
  if (amount <= 0) return 0
  const slope = (segment.to - segment.from) / (segment.ms / 1000)
  const root = Math.sqrt(Math.max(0, segment.from * segment.from + 2 * slope * amount))
  return Math.min((2 * amount) / (segment.from + root), segment.ms / 1000)
}

/** Gives the intended starts one after the other, in elapsed ms; undefined when the curve is over. */
export class Arrivals {
  readonly #curve: LoadCurve
  readonly #rng: Rng | undefined
  readonly #limit: number
  #position = 0
  #count = 0

  constructor(curve: LoadCurve, options: { arrivals: 'even' | 'poisson'; calls: number | undefined; rng: Rng }) {
    this.#curve = curve
    this.#rng = options.arrivals === 'poisson' ? options.rng : undefined
    this.#limit = options.calls ?? Number.POSITIVE_INFINITY
  }

  next(): number | undefined {
    if (this.#count >= this.#limit) return undefined
    const at = this.#rng ? this.#poisson(this.#rng) : this.#even()
    if (at !== undefined) this.#count++
    return at
  }

  #even(): number | undefined {
    // The n-th call belongs to the curve while a whole call's worth of integral is left for it.
    if (this.#count + 1 > this.#curve.totalCalls + 1e-9) return undefined
    return this.#curve.timeOf(this.#count)
  }

  #poisson(rng: Rng): number | undefined {
    this.#position += rng.exponential(1)
    return this.#curve.timeOf(this.#position)
  }
}
