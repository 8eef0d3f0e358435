import { burstRatio } from './burst-ratio.js'
import { type CodecImpairment, impairmentOf, type Scale } from './codec-impairments.js'
import { fullbandMos, fullbandRating } from './fullband.js'
import { absoluteDelayImpairment, effectiveEquipmentImpairment } from './impairment.js'
import { mosOfRating } from './mos.js'
import { narrowbandRating } from './narrowband.js'
import { widebandMos, widebandRating } from './wideband.js'

/** What the model needs to know of one received stream. */
export interface StreamFacts {
  /** Encoding name of RTP. */
  readonly codec: string
  readonly packetsExpected: number
  /** Lost on the way, or discarded by the jitter buffer for being late. */
  readonly packetsMissing: number
  /** Runs of packets missing in sequence. */
  readonly missingRuns: number
  /** Mouth to ear, ms; undefined: unknown, and then the score leaves delay out. */
  readonly delayMs: number | undefined
  /** The receiver conceals loss of G.711. */
  readonly concealment: boolean
}

/** A score with everything that went into it. */
export interface StreamQuality {
  readonly scale: Scale
  /** Rating on the scale of its own model. */
  readonly r: number
  readonly mos: number
  readonly impairment: CodecImpairment
  readonly ppl: number
  readonly burstR: number
  readonly delayMs: number | undefined
}

interface Model {
  readonly standard: string
  rate(facts: { ie: number; bpl: number; ppl: number; burstR: number; ta: number }): number
  score(rating: number): number
}

/** G.107 at its defaults: of its terms only Idd and Ie,eff depend on what a packet network does to a stream. */
const narrowbandBest = narrowbandRating().r

/** The model of each scale. A connection is taken as free of echo: T and Tr are 0. */
export const models: Readonly<Record<Scale, Model>> = {
  nb: {
    standard: 'ITU-T G.107 (06/2015)',
    rate: (facts) =>
      narrowbandBest - absoluteDelayImpairment(facts.ta) - effectiveEquipmentImpairment(facts, facts, 95),
    score: mosOfRating,
  },
  wb: { standard: 'ITU-T G.107.1 (06/2019)', rate: (facts) => widebandRating(facts).r, score: widebandMos },
  fb: { standard: 'ITU-T G.107.2 (06/2019)', rate: (facts) => fullbandRating(facts).r, score: fullbandMos },
}

/** The estimated conversational quality of a stream; undefined for a codec without numbers, or when nothing came. */
export function streamQuality(facts: StreamFacts): StreamQuality | undefined {
  const impairment = impairmentOf(facts.codec, facts.concealment)
  if (!impairment || facts.packetsExpected <= 0) return undefined
  const { packetsExpected, packetsMissing, missingRuns, delayMs } = facts
  const ppl = (100 * Math.min(packetsExpected, Math.max(0, packetsMissing))) / packetsExpected
  const burstR = burstRatio(packetsMissing, missingRuns, packetsExpected)
  const model = models[impairment.scale]
  const r = model.rate({ ie: impairment.ie, bpl: impairment.bpl, ppl, burstR, ta: delayMs ?? 0 })
  return { scale: impairment.scale, r, mos: model.score(r), impairment, ppl, burstR, delayMs }
}
