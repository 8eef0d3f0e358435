import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  looksLikeRtcp,
  markerOf,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  rtpDefect,
  sequenceOf,
  ssrcOf,
  timestampOf,
  writeRtpHeader,
} from '../../../src/media/rtp/rtp-header.js'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('the fixed header', () => {
  it('is written bit by bit as RFC 3550 5.1 draws it', () => {
    const into = new Uint8Array(12)
    writeRtpHeader(into, 101, true, 0xfffe, 0xdead_beef, 0x8000_0001)
    expect(Buffer.from(into).toString('hex')).toBe('80e5fffedeadbeef80000001')
  })

  it('reads back what was written', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(
        fc.nat(127),
        fc.boolean(),
        fc.nat(0xffff),
        word,
        word,
        (payloadType, marker, sequence, timestamp, ssrc) => {
          const into = new Uint8Array(12)
          writeRtpHeader(into, payloadType, marker, sequence, timestamp, ssrc)
          expect([payloadTypeOf(into), markerOf(into), sequenceOf(into), timestampOf(into), ssrcOf(into)]).toEqual([
            payloadType,
            marker,
            sequence,
            timestamp,
            ssrc,
          ])
          expect(rtpDefect(into)).toBeUndefined()
        },
      ),
    )
  })
})

describe('validity (RFC 3550 A.1)', () => {
  it.each([
    ['nothing', '', 'too-short'],
    ['eleven bytes', '80 00 0001 00000000 000000', 'too-short'],
    ['version 1', '40 00 0001 00000000 00000000', 'bad-version'],
    ['version 3', 'c0 00 0001 00000000 00000000', 'bad-version'],
    ['no payload', '80 00 0001 00000000 00000001', undefined],
    ['two CSRC', '82 00 0001 00000000 00000001 00000002 00000003', undefined],
    ['a CSRC that is missing', '82 00 0001 00000000 00000001 00000002', 'csrc-overrun'],
    ['an extension', '90 00 0001 00000000 00000001 bede0001 01020304 ff', undefined],
    ['an extension without its header', '90 00 0001 00000000 00000001 bede', 'extension-overrun'],
    ['an extension that is too long', '90 00 0001 00000000 00000001 bede0002 01020304', 'extension-overrun'],
    ['padding', 'a0 00 0001 00000000 00000001 ff000003', undefined],
    ['padding of zero', 'a0 00 0001 00000000 00000001 ffffff00', 'bad-padding'],
    ['padding over the header', 'a0 00 0001 00000000 00000001 ffffff05', 'bad-padding'],
  ])('%s', (_what, hex, defect) => {
    expect(rtpDefect(bytes(hex))).toBe(defect)
  })

  it('never throws, and the payload of a valid packet lies within it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (packet) => {
        if (rtpDefect(packet) !== undefined) return
        expect(payloadStart(packet)).toBeGreaterThanOrEqual(12)
        expect(payloadEnd(packet)).toBeGreaterThanOrEqual(payloadStart(packet))
        expect(payloadEnd(packet)).toBeLessThanOrEqual(packet.length)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['80 00 0001 00000000 00000001 0102', 12, 14],
    ['82 00 0001 00000000 00000001 00000002 00000003 0102', 20, 22],
    ['90 00 0001 00000000 00000001 bede0001 01020304 ff', 20, 21],
    ['a0 00 0001 00000000 00000001 ff000003', 12, 13],
  ])('finds the payload of %s', (hex, start, end) => {
    expect([payloadStart(bytes(hex)), payloadEnd(bytes(hex))]).toEqual([start, end])
  })
})

it.each([
  [200, true],
  [207, true],
  [192, true],
  [223, true],
  [0, false],
  [0x80 | 101, false],
  [191, false],
  [224, false],
])('tells RTCP from RTP by second byte %i (RFC 5761 4): %s', (second, expected) => {
  expect(looksLikeRtcp(Uint8Array.of(0x80, second))).toBe(expected)
})
