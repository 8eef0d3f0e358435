/** The highest mean opinion score of conversational quality that the E-model gives. */
export const highestMos = 4.5
export const lowestMos = 1

/**
 * Mean opinion score, conversational and estimated (MOS-CQE), of a rating on the narrowband scale 0 to 100 (ITU-T G.107
 * Annex B, B-4). The cubic dips below 1 between 0 and 6.5: the score is clamped there.
 */
export function mosOfRating(rating: number): number {
  if (rating <= 0) return lowestMos
  if (rating >= 100) return highestMos
  return Math.max(lowestMos, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
}

/** The rating 6.5 to 100 of a score (G.107 Appendix I), undefined outside of what {@link mosOfRating} gives. */
export function ratingOfMos(mos: number): number | undefined {
  if (!(mos >= lowestMos && mos <= highestMos)) return undefined
  const h =
    Math.atan2(15 * Math.sqrt(Math.max(0, -903_522 + 1_113_960 * mos - 202_500 * mos * mos)), 18_566 - 6750 * mos) / 3
  return (20 / 3) * (8 - Math.sqrt(226) * Math.cos(h + Math.PI / 3))
}

/** Share of users, in percent, who call a connection with this rating good or better (G.107 B-1). */
export const goodOrBetterPercent = (rating: number): number => 100 * normalShare((rating - 60) / 16)

/** Share of users, in percent, who call it poor or worse (G.107 B-2). */
export const poorOrWorsePercent = (rating: number): number => 100 * normalShare((45 - rating) / 16)

/** What users think of a rating on the narrowband scale (ITU-T G.109, G.107 Table B.1). */
export function satisfaction(rating: number): string {
  if (rating >= 90) return 'very satisfied'
  if (rating >= 80) return 'satisfied'
  if (rating >= 70) return 'some users dissatisfied'
  if (rating >= 60) return 'many users dissatisfied'
  if (rating >= 50) return 'nearly all users dissatisfied'
  return 'not recommended'
}

/** The Gaussian distribution function, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(x))
  const sum = t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  const upper = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum
  return x >= 0 ? 1 - upper : upper
}
