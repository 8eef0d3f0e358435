import { absoluteDelayImpairment, type Equipment, effectiveEquipmentImpairment, type Loss } from './impairment.js'
import { mosOfRating } from './mos.js'

/** Basic signal-to-noise ratio of the wideband scale (ITU-T G.107.1 7-2). */
const ro = 129

/** The parameters of G.107.1 that a packet network moves. */
export interface WidebandParameters extends Equipment, Loss {
  /** Absolute one-way delay, ms. */
  readonly ta: number
  /** Advantage factor; the Recommendation has none but 0 (7-16). */
  readonly a: number
}

export const widebandDefaults: WidebandParameters = { ie: 0, bpl: 4.3, ppl: 0, burstR: 1, ta: 0, a: 0 }

/** Terms of the wideband model; `r` lies on a scale to 129. */
export interface WidebandTerms {
  readonly ro: number
  readonly id: number
  readonly ieEff: number
  readonly r: number
}

/**
 * R = Ro,WB - Id,WB - Ie,eff,WB + A (G.107.1 7-1); Is,WB is 0 (7-3). The connection is taken as free of echo, which
 * leaves absolute delay of Id,WB.
 */
export function widebandRating(given: Partial<WidebandParameters> = {}): WidebandTerms {
  const p = { ...widebandDefaults, ...given }
  const id = absoluteDelayImpairment(p.ta)
  // Not 129: the factor keeps the narrowband ceiling (7-15).
  const ieEff = effectiveEquipmentImpairment(p, p, 95)
  return { ro, id, ieEff, r: ro - id - ieEff + p.a }
}

/** Annex A: the score is that of the narrowband curve over the scale shrunk to 100. */
export const widebandMos = (rating: number): number => mosOfRating(rating / 1.29)
