import { absoluteDelayImpairment, type Equipment, effectiveEquipmentImpairment } from './impairment.js'
import { mosOfRating } from './mos.js'

/** Basic signal-to-noise ratio of the fullband scale (ITU-T G.107.2 7-2). */
const ro = 148
/** How much longer the fullband scale is than the narrowband one. */
const stretch = 1.48

/** The parameters of G.107.2 that a packet network moves; loss counts as random, whatever its runs. */
export interface FullbandParameters extends Equipment {
  /** Packets lost or discarded, percent. */
  readonly ppl: number
  /** Absolute one-way delay, ms. */
  readonly ta: number
  readonly a: number
}

export const fullbandDefaults: FullbandParameters = { ie: 0, bpl: 4.3, ppl: 0, ta: 0, a: 0 }

/** Terms of the fullband model; `r` lies on a scale to 148. */
export interface FullbandTerms {
  readonly ro: number
  readonly id: number
  readonly ieEff: number
  readonly r: number
}

/** R = Ro,FB - Id,FB - Ie,eff,FB + A (G.107.2 7-1), of a connection free of echo. */
export function fullbandRating(given: Partial<FullbandParameters> = {}): FullbandTerms {
  const p = { ...fullbandDefaults, ...given }
  const id = stretch * absoluteDelayImpairment(p.ta)
  const ieEff = effectiveEquipmentImpairment(p, { ppl: p.ppl, burstR: 1 }, 132)
  return { ro, id, ieEff, r: ro - id - ieEff + p.a }
}

/** Annex A: the score is that of the narrowband curve over the scale shrunk to 100. */
export const fullbandMos = (rating: number): number => mosOfRating(rating / stretch)
