import type { Rng } from '../../base/rng.js'

/** RFC 3550 6.3.1: e - 3/2, which makes up for reconsideration's shorter mean. */
const compensation = Math.E - 1.5

/**
 * Time until the next report. With two members RFC 3550 6.2 always ends at its minimum interval, so only that is
 * computed: half of it before the first report, randomised to 0.5 to 1.5 times, over e - 3/2.
 */
export function rtcpIntervalMs(minimumMs: number, initial: boolean, rng: Rng): number {
  const fixed = initial ? minimumMs / 2 : minimumMs
  return (fixed * (0.5 + rng.next())) / compensation
}
