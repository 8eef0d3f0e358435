import type { Rng } from '../base/rng.js'
import type { Duration } from '../model/scenario.js'

/** A length of time in ms, drawn from its distribution. */
export function drawMs(duration: Duration, rng: Rng): number {
  switch (duration.kind) {
    case 'fixed':
      return duration.ms
    case 'uniform':
      return duration.lowMs + rng.next() * (duration.highMs - duration.lowMs)
    case 'exponential':
      return rng.exponential(duration.meanMs)
    case 'normal':
      return Math.max(0, rng.normal(duration.meanMs, duration.deviationMs))
  }
}
