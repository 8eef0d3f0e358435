import { describe, expect, it } from 'vitest'
import { PayloadTypes } from '../../../src/media/rtp/payload-types.js'

const types = new PayloadTypes(
  [
    { payloadType: 111, encoding: 'opus', clockRate: 48_000 },
    { payloadType: 0, encoding: 'PCMU', clockRate: 8000 },
    { payloadType: 110, encoding: 'telephone-event', clockRate: 48_000 },
  ],
  8000,
)

describe('PayloadTypes', () => {
  it.each([
    [111, 48, 'opus', false],
    [0, 8, 'PCMU', false],
    [110, 48, 'telephone-event', true],
    [13, 8, 'CN', false],
    [96, 8, undefined, false],
  ])('of %i', (payloadType, unitsPerMs, encoding, isEvent) => {
    expect(types.unitsPerMs(payloadType)).toBe(unitsPerMs)
    expect(types.encoding(payloadType)).toBe(encoding)
    expect(types.isEvent(payloadType)).toBe(isEvent)
  })

  it('let 13 be what a description maps it to', () => {
    const mapped = new PayloadTypes([{ payloadType: 13, encoding: 'PCMA', clockRate: 8000 }], 8000)
    expect(mapped.encoding(13)).toBe('PCMA')
  })

  it('are shared by streams that are described alike, and by no others, however many there are', () => {
    const opusAs = (payloadType: number, clockRate = 48_000) =>
      PayloadTypes.of([{ payloadType, encoding: 'opus', clockRate: 48_000 }], clockRate)
    expect(opusAs(111)).toBe(opusAs(111))
    for (let clockRate = 1; clockRate <= 3000; clockRate++) {
      const shared = opusAs(96, clockRate)
      expect([shared.encoding(96), shared.encoding(111), shared.unitsPerMs(0)]).toEqual([
        'opus',
        undefined,
        clockRate / 1000,
      ])
    }
    expect([opusAs(111).encoding(111), PayloadTypes.of([], 8000).encoding(111)]).toEqual(['opus', undefined])
  })

  it.each([
    ['comfort noise of any length', 13, 11, true],
    ['a frame of Opus that was not sent', 111, 1, true],
    ['the shortest frame of Opus with audio', 111, 3, false],
    ['audio', 0, 160, false],
    ['an event', 110, 2, false],
  ])('tell silence: %s', (_what, payloadType, bytes, expected) => {
    expect(types.isSilence(payloadType, bytes)).toBe(expected)
  })
})
