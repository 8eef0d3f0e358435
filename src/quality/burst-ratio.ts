/**
 * BurstR of G.107 7.5: the mean length of the runs of packets that were missing, over the mean length to expect of random
 * loss of the same share, 1 / (1 - p). 1 where nothing was missing; G.107 knows no value below 1, so loss that is spread
 * more evenly than chance counts as random.
 */
export function burstRatio(missing: number, runs: number, expected: number): number {
  if (missing <= 0 || runs <= 0 || expected <= 0) return 1
  const share = Math.min(1, missing / expected)
  return Math.max(1, (missing / runs) * (1 - share))
}
