import { describe, expect, test } from 'vitest'
import { widebandMos, widebandRating } from '../../src/quality/wideband.js'

describe('the wideband E-model (ITU-T G.107.1)', () => {
  test.each([
    [0, '4.5000'],
    [1, '4.4940'],
    [3, '4.4785'],
    [5, '4.4586'],
    [7, '4.4343'],
    [8, '4.4206'],
    [10, '4.3901'],
    [13, '4.3371'],
    [26, '4.0181'],
    [41, '3.5123'],
    [56, '2.9220'],
  ])('Ie,WB = %d without loss scores %s', (ie, mos) => {
    const { r } = widebandRating({ ie })
    expect(r).toBe(129 - ie)
    expect(widebandMos(r).toFixed(4)).toBe(mos)
  })

  test('AMR-WB 12.65 diotic at 2 % of loss: the ceiling of Ie,eff is 95, not 129 (7-15)', () => {
    const { r } = widebandRating({ ie: 20, bpl: 4.3, ppl: 2 })
    expect([r.toFixed(3), widebandMos(r).toFixed(4)]).toEqual(['85.190', '3.4062'])
  })

  test('loss in runs costs more than random loss', () => {
    expect(widebandRating({ ie: 13, ppl: 5, burstR: 2 }).r).toBeLessThan(widebandRating({ ie: 13, ppl: 5 }).r)
  })

  test('delay costs as on the narrowband scale', () => {
    expect(widebandRating({ ta: 200 }).id.toFixed(3)).toBe('3.044')
  })

  test('the score is clamped at 1', () => {
    expect(widebandMos(4)).toBe(1)
  })
})
