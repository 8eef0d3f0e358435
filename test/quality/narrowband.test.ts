import { describe, expect, test } from 'vitest'
import { absoluteDelayImpairment } from '../../src/quality/impairment.js'
import { mosOfRating } from '../../src/quality/mos.js'
import { type NarrowbandTerms, narrowbandRating } from '../../src/quality/narrowband.js'

describe('the narrowband E-model (ITU-T G.107)', () => {
  const atDefaults: [keyof NarrowbandTerms, number, number][] = [
    ['nos', -75.744, 3],
    ['pre', 35.63892, 5],
    ['nor', -83.35781, 5],
    ['no', -61.17921, 5],
    ['ro', 94.76882, 5],
    ['iolr', 0.44018, 5],
    ['ist', -0.00072, 5],
    ['iq', 0.97411, 5],
    ['is', 1.41357, 5],
    ['idte', 0, 10],
    ['idle', 0.14905, 5],
    ['idd', 0, 10],
    ['id', 0.14905, 5],
    ['ieEff', 0, 10],
    ['r', 93.20620772, 7],
  ]

  test.each(atDefaults)('has at its defaults %s = %f', (term, value, digits) => {
    expect(narrowbandRating()[term]).toBeCloseTo(value, digits)
  })

  test('scores 4.40941 at its defaults', () => {
    expect(mosOfRating(narrowbandRating().r)).toBeCloseTo(4.40941, 5)
  })

  test.each([
    [100, '0.000'],
    [125, '0.005'],
    [150, '0.164'],
    [175, '1.035'],
    [177.3, '1.172'],
    [200, '3.044'],
    [250, '8.917'],
    [300, '14.761'],
    [400, '24.070'],
    [500, '30.636'],
  ])('a delay of %d ms costs Idd = %s (7-28)', (ta, idd) => {
    expect(absoluteDelayImpairment(ta).toFixed(3)).toBe(idd)
    expect(narrowbandRating({ ta }).idd.toFixed(3)).toBe(idd)
  })

  test.each([
    [50, '91.76', '4.380'],
    [100, '90.66', '4.355'],
    [150, '89.54', '4.328'],
    [200, '85.80', '4.223'],
    [250, '79.18', '3.993'],
    [300, '72.67', '3.719'],
    [400, '62.25', '3.216'],
  ])('with an echo path, %d ms of delay leave R = %s', (ta, r, mos) => {
    const rating = narrowbandRating({ ta, t: ta, tr: 2 * ta }).r
    expect([rating.toFixed(2), mosOfRating(rating).toFixed(3)]).toEqual([r, mos])
  })

  const codecs = { 'G.711': [0, 4.3], 'G.711 PLC': [0, 25.1], 'G.729A': [11, 19], 'G.723.1': [15, 16.1], EFR: [5, 10] }
  const losses = [0, 1, 2, 3, 5, 10, 20]
  const table: Record<keyof typeof codecs, string> = {
    'G.711': '93.21/4.409 75.28/3.834 63.05/3.256 54.17/2.794 42.13/2.170 26.77/1.481 15.02/1.124',
    'G.711 PLC': '93.21/4.409 89.57/4.328 86.20/4.235 83.06/4.134 77.43/3.923 66.14/3.411 51.08/2.632',
    'G.729A': '82.21/4.105 78.01/3.946 74.21/3.788 70.75/3.632 64.71/3.340 53.24/2.746 39.13/2.022',
    'G.723.1': '78.21/3.954 73.53/3.758 69.37/3.567 65.64/3.386 59.25/3.061 47.55/2.447 33.88/1.776',
    EFR: '88.21/4.293 80.02/4.025 73.21/3.744 67.44/3.475 58.21/3.007 43.21/2.224 28.21/1.537',
  }
  test.each(Object.entries(table))('%s under random loss', (codec, cells) => {
    const [ie = 0, bpl = 0] = codecs[codec as keyof typeof codecs]
    const row = losses.map((ppl) => {
      const { r } = narrowbandRating({ ie, bpl, ppl })
      return `${r.toFixed(2)}/${mosOfRating(r).toFixed(3)}`
    })
    expect(row.join(' ')).toBe(cells)
  })

  test.each([
    [1, '15.781', '3.923'],
    [2, '17.210', '3.864'],
    [4, '18.027', '3.830'],
  ])('5 %% of loss in runs of BurstR %d cost Ie,eff = %s', (burstR, ieEff, mos) => {
    const terms = narrowbandRating({ bpl: 25.1, ppl: 5, burstR })
    expect([terms.ieEff.toFixed(3), mosOfRating(terms.r).toFixed(3)]).toEqual([ieEff, mos])
  })

  test('a low sidetone masks talker echo (7-23), a high one adds its own impairment (7-24)', () => {
    const echo = { ta: 150, t: 150, tr: 300, telr: 40 }
    const usual = narrowbandRating(echo)
    const low = narrowbandRating({ ...echo, stmr: 5 })
    const high = narrowbandRating({ ...echo, stmr: 25 })
    expect(low.ist).toBeGreaterThan(1)
    expect(low.idte).toBeLessThan(usual.idte)
    expect(high.idte).toBeCloseTo(Math.hypot(narrowbandRating({ ...echo, stmr: 20 }).idte, high.ist), 2)
  })

  test('an echo within 1 ms is sidetone and no talker echo', () => {
    expect(narrowbandRating({ t: 0.9, telr: 20 }).idte).toBe(0)
    expect(narrowbandRating({ t: 10, telr: 20 }).idte).toBeGreaterThan(10)
  })

  test('an advantage of access is added', () => {
    expect(narrowbandRating({ a: 10 }).r).toBeCloseTo(103.20620772, 6)
  })
})
