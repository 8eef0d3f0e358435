import type { Equipment } from './impairment.js'

/** Narrowband (G.107), wideband (G.107.1), fullband (G.107.2): scores of different scales are never compared. */
export type Scale = 'nb' | 'wb' | 'fb'

/** What a codec's numbers are and who says so. */
export interface CodecImpairment extends Equipment {
  readonly scale: Scale
  /** Where the numbers stand. */
  readonly source: string
  /** What of them no Recommendation gives, in words for the report. */
  readonly assumed?: string
}

const g711: CodecImpairment = { scale: 'nb', ie: 0, bpl: 4.3, source: 'ITU-T G.113 Appendix I, G.711 without PLC' }

/**
 * By encoding name of RTP. Provisional planning values, as G.113 calls its own. A codec that is not here has no score.
 */
export const codecImpairments: Readonly<Record<string, CodecImpairment>> = {
  PCMU: g711,
  PCMA: g711,
  G729: { scale: 'nb', ie: 11, bpl: 19, source: 'ITU-T G.113 Appendix I, G.729A with VAD' },
  G723: { scale: 'nb', ie: 15, bpl: 16.1, source: 'ITU-T G.113 Appendix I, G.723.1 at 6.3 kbit/s with VAD' },
  'GSM-EFR': { scale: 'nb', ie: 5, bpl: 10, source: 'ITU-T G.113 Appendix I, GSM-EFR' },
  G722: {
    scale: 'wb',
    ie: 13,
    bpl: 4.3,
    source: 'ITU-T G.113 Appendix IV, G.722 at 64 kbit/s (Ie); ITU-T G.107.1 default (Bpl)',
    assumed: 'G722: Bpl 4.3 is the default of G.107.1, G.113 gives none',
  },
  opus: {
    scale: 'fb',
    ie: 10.2,
    bpl: 4.3,
    source: 'the figures that RTPEngine uses, so that both can be compared',
    assumed: 'opus: Ie 10.2 and Bpl 4.3 are in no Recommendation, G.113 has no fullband values for Opus',
  },
}

const concealedG711: CodecImpairment = {
  ...g711,
  bpl: 25.1,
  source: 'ITU-T G.113 Appendix I, G.711 with the PLC of G.711 Appendix I',
}

/** The numbers of a codec; `concealment`: a receiver of G.711 conceals lost packets, which other codecs do by themselves. */
export function impairmentOf(codec: string, concealment: boolean): CodecImpairment | undefined {
  const found = codecImpairments[codec]
  return found === g711 && concealment ? concealedG711 : found
}
