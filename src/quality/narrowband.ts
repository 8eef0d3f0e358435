import { absoluteDelayImpairment, effectiveEquipmentImpairment } from './impairment.js'

/** The parameters of ITU-T G.107 by its own symbols and units, with the defaults of its Table 2. */
export const narrowbandDefaults = {
  /** Send and receive loudness rating, dB. */
  slr: 8,
  rlr: 2,
  /** Sidetone masking rating, listener sidetone rating, dB. */
  stmr: 15,
  lstr: 18,
  /** D-value of the telephone at the sending and receiving side. */
  ds: 3,
  dr: 3,
  /** Talker echo loudness rating, weighted echo path loss, dB. */
  telr: 65,
  wepl: 110,
  /** Mean one-way delay of the echo path, round trip in the four-wire loop, absolute one-way delay, ms. */
  t: 0,
  tr: 0,
  ta: 0,
  /** Number of quantization distortion units. */
  qdu: 1,
  ie: 0,
  bpl: 4.3,
  /** Packet loss, percent. */
  ppl: 0,
  burstR: 1,
  /** Circuit noise referred to the 0 dBr point, noise floor at the receiving side, dBm0p and dBmp. */
  nc: -70,
  nfor: -64,
  /** Room noise at the sending and receiving side, dB(A). */
  ps: 35,
  pr: 35,
  /** Advantage factor. */
  a: 0,
  /** Delay sensitivity and minimum perceivable delay, ms. */
  sT: 1,
  mT: 100,
}

export type NarrowbandParameters = Readonly<typeof narrowbandDefaults>

/** Every term of the model; `r` is the rating, about 0 to 100. */
export interface NarrowbandTerms {
  readonly nos: number
  readonly pre: number
  readonly nor: number
  readonly no: number
  readonly ro: number
  readonly iolr: number
  readonly ist: number
  readonly iq: number
  readonly is: number
  readonly idte: number
  readonly idle: number
  readonly idd: number
  readonly id: number
  readonly ieEff: number
  readonly r: number
}

const fromDb = (db: number): number => 10 ** (db / 10)
const toDb = (power: number): number => 10 * Math.log10(power)

/** R = Ro - Is - Id - Ie,eff + A (G.107 7-1). */
export function narrowbandRating(given: Partial<NarrowbandParameters> = {}): NarrowbandTerms {
  const p: NarrowbandParameters = { ...narrowbandDefaults, ...given }
  const noise = basicSignalToNoise(p)
  const simultaneous = simultaneousImpairment(p, noise.no, noise.ro)
  const delay = delayImpairment(p, noise.no, noise.ro, simultaneous.ist)
  const ieEff = effectiveEquipmentImpairment(p, p, 95)
  const r = noise.ro - simultaneous.is - delay.id - ieEff + p.a
  return { ...noise, ...simultaneous, ...delay, ieEff, r }
}

/** G.107 7.2. */
function basicSignalToNoise(p: NarrowbandParameters) {
  const olr = p.slr + p.rlr
  const nos = p.ps - p.slr - p.ds - 100 + 0.004 * (p.ps - olr - p.ds - 14) ** 2
  const pre = p.pr + toDb(1 + fromDb(10 - p.lstr))
  const nor = p.rlr - 121 + pre + 0.008 * (pre - 35) ** 2
  const nfo = p.nfor + p.rlr
  const no = toDb(fromDb(p.nc) + fromDb(nos) + fromDb(nor) + fromDb(nfo))
  return { nos, pre, nor, no, ro: 15 - 1.5 * (p.slr + no) }
}

/** G.107 7.3: too loud a connection, sidetone, quantizing distortion. */
function simultaneousImpairment(p: NarrowbandParameters, no: number, ro: number) {
  const xolr = p.slr + p.rlr + 0.2 * (64 + no - p.rlr)
  const iolr = 20 * ((1 + (xolr / 8) ** 8) ** (1 / 8) - xolr / 8)
  const stmro = -toDb(fromDb(-p.stmr) + Math.exp(-p.t / 4) * fromDb(-p.telr))
  const ist =
    12 * (1 + ((stmro - 13) / 6) ** 8) ** (1 / 8) -
    28 * (1 + ((stmro + 1) / 19.4) ** 35) ** (1 / 35) -
    13 * (1 + ((stmro - 3) / 33) ** 13) ** (1 / 13) +
    29
  const q = 37 - 15 * Math.log10(p.qdu)
  const g = 1.07 + 0.258 * q + 0.0602 * q * q
  const y = (ro - 100) / 15 + 46 / 8.4 - g / 9
  const z = 46 / 30 - g / 40
  const iq = 15 * Math.log10(1 + 10 ** y + 10 ** z)
  return { iolr, ist, iq, is: iolr + ist + iq }
}

/** G.107 7.4: talker echo, listener echo, absolute delay. */
function delayImpairment(p: NarrowbandParameters, no: number, ro: number, ist: number) {
  const idte = talkerEcho(p, no, ist)
  const rle = 10.5 * (p.wepl + 7) * (p.tr + 1) ** -0.25
  const idle = (ro - rle) / 2 + Math.sqrt((ro - rle) ** 2 / 4 + 169)
  const idd = absoluteDelayImpairment(p.ta, p.sT, p.mT)
  return { idte, idle, idd, id: idte + idle + idd }
}

/** G.107 7-18 to 7-24. An echo of less than 1 ms is sidetone. */
function talkerEcho(p: NarrowbandParameters, no: number, ist: number): number {
  const terv = p.telr - 40 * Math.log10((1 + p.t / 10) / (1 + p.t / 150)) + 6 * Math.exp(-0.3 * p.t * p.t)
  // A low sidetone masks echo (7-23), a high one lets it stand out (7-24).
  const masked = p.stmr < 9 ? terv + ist / 2 : terv
  const roe = -1.5 * (no - p.rlr)
  const re = 80 + 2.5 * (masked - 14)
  const echo = p.t < 1 ? 0 : ((roe - re) / 2 + Math.sqrt((roe - re) ** 2 / 4 + 100) - 1) * (1 - Math.exp(-p.t))
  return p.stmr > 20 ? Math.sqrt(echo * echo + ist * ist) : echo
}
