import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { rtcpIntervalMs } from '../../../src/media/rtcp/rtcp-interval.js'
import { ntpFraction, ntpMiddle, ntpSeconds, roundTripMs } from '../../../src/media/rtcp/rtcp-packet.js'
import { type RtcpVisitor, readRtcp } from '../../../src/media/rtcp/rtcp-reader.js'
import { writeCompound } from '../../../src/media/rtcp/rtcp-writer.js'

function visit(bytes: Uint8Array) {
  const seen: unknown[][] = []
  const visitor: RtcpVisitor = {
    onSenderReport: (...values) => seen.push(['sr', ...values]),
    onReportBlock: (...values) => seen.push(['block', ...values]),
    onBye: (...values) => seen.push(['bye', ...values]),
    onReferenceTime: (...values) => seen.push(['reference', ...values]),
    onDelaySinceReference: (...values) => seen.push(['delay', ...values]),
    onVoipMetrics: (...values) => seen.push(['voip', ...values]),
  }
  return { defect: readRtcp(bytes, visitor), seen }
}

const sender = { wallMs: 1_700_000_000_250, rtpTimestamp: 0xfedc_ba98, packets: 1000, octets: 160_000 }
const reception = {
  ssrc: 0xaabb_ccdd,
  fractionLost: 64,
  cumulativeLost: -3,
  highestSequence: 0x0001_ffff,
  jitterUnits: 17,
  lsr: 0x1234_5678,
  dlsr: 0x0001_0000,
}

describe('writeCompound', () => {
  it('writes RR and SDES byte by byte as RFC 3550 6.4.2 and 6.5 draw them', () => {
    const bytes = writeCompound(0x0102_0304, 'ab@c', undefined, reception, false)
    expect(bytes.toString('hex')).toBe(
      [
        '81c90007',
        '01020304',
        'aabbccdd',
        '40fffffd',
        '0001ffff',
        '00000011',
        '12345678',
        '00010000',
        '81ca0003',
        '01020304',
        '01046162',
        '40630000',
      ].join(''),
    )
  })

  it.each([
    ['SR with a block, SDES, BYE', sender, reception, true, ['sr', 'block', 'bye']],
    ['SR without a block', sender, undefined, false, ['sr']],
    ['RR without a block', undefined, undefined, false, []],
    ['RR with BYE', undefined, reception, true, ['block', 'bye']],
  ] as const)('%s is read back', (_what, info, block, bye, kinds) => {
    const { defect, seen } = visit(writeCompound(7, 'someone@host', info, block, bye))
    expect(defect).toBeUndefined()
    expect(seen.map(([kind]) => kind)).toEqual(kinds)
    if (info) expect(seen[0]).toEqual(['sr', 7, ntpMiddle(sender.wallMs), 1000, 160_000])
    const read = seen.find(([kind]) => kind === 'block')
    if (block) expect(read).toEqual(['block', reception])
  })

  it('pads SDES to 32 bits with at least one zero, for any CNAME', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (cname) => {
        const bytes = writeCompound(1, cname, undefined, undefined, true)
        expect(bytes.length % 4).toBe(0)
        expect(visit(bytes)).toEqual({ defect: undefined, seen: [['bye', 1]] })
      }),
    )
  })

  it.each([
    [0x1_000_000, 0x7f_ffff],
    [-0x1_000_000, -0x80_0000],
  ])('clamps a loss of %i to 24 bits', (lost, expected) => {
    const { seen } = visit(writeCompound(1, 'a', undefined, { ...reception, cumulativeLost: lost }, false))
    expect(seen).toEqual([['block', { ...reception, cumulativeLost: expected }]])
  })
})

describe('readRtcp', () => {
  const good = writeCompound(7, 'x', sender, reception, true)
  it.each([
    ['nothing', new Uint8Array(0), 'too-short'],
    ['version 0', Uint8Array.from(good, (byte, i) => (i === 0 ? byte & 0x3f : byte)), 'bad-version'],
    ['SDES first', good.subarray(52), 'not-compound'],
    ['cut short', good.subarray(0, good.length - 4), 'bad-length'],
    ['a stray byte', Buffer.concat([good, Buffer.of(1)]), 'bad-length'],
    ['more blocks than bytes', Uint8Array.from(good, (byte, i) => (i === 0 ? 0x82 : byte)), 'short-report'],
    ['a second part of version 1', Uint8Array.from(good, (byte, i) => (i === 52 ? 0x41 : byte)), 'bad-version'],
  ])('%s', (_what, bytes, defect) => {
    expect(visit(bytes)).toEqual({ defect, seen: [] })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(200, 201, 202, 203, 207), (bytes, type) => {
        if (bytes.length > 1) bytes[1] = type
        visit(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it('visits unknown parts by passing over them', () => {
    const app = Buffer.from('80cc000200000001414243440000', 'hex').subarray(0, 12)
    const bytes = Buffer.concat([writeCompound(7, 'x', undefined, undefined, false), app])
    expect(visit(bytes)).toEqual({ defect: undefined, seen: [] })
  })
})

describe('NTP time', () => {
  it.each([
    [0, 2_208_988_800, 0],
    [500, 2_208_988_800, 0x8000_0000],
    [1_700_000_000_250, 3_908_988_800, 0x4000_0000],
  ])('of %i ms', (wallMs, seconds, fraction) => {
    expect([ntpSeconds(wallMs), ntpFraction(wallMs)]).toEqual([seconds, fraction])
    expect(ntpMiddle(wallMs)).toBe((((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0)
  })
})

describe('round trip', () => {
  // The figures of RFC 3550 6.4.1, figure 2: 6.125 s.
  it('of the example in RFC 3550', () => {
    expect(roundTripMs(0xb710_8000, 0xb705_2000, 0x0005_4000)).toBe(6125)
  })

  it.each([
    ['no sender report yet', 1000, 0, 0, undefined],
    ['over the wrap of the middle bits', 0x0000_0100, 0xffff_ff00, 0, (0x200 * 1000) / 65_536],
    ['a rounding below zero', 1000, 1001, 0, 0],
    ['held for longer than has passed', 1000, 500, 100_000, undefined],
  ])('%s', (_what, arrival, lsr, dlsr, expected) => {
    expect(roundTripMs(arrival, lsr, dlsr)).toBe(expected)
  })
})

describe('interval (RFC 3550 6.3.1)', () => {
  it.each([
    [true, 2500],
    [false, 5000],
  ])('is randomised over 0.5 to 1.5 of the minimum, initial %s', (initial, fixedMs) => {
    const rng = new Rng(1, 'test')
    const values = Array.from({ length: 5000 }, () => rtcpIntervalMs(5000, initial, rng))
    const scale = fixedMs / (Math.E - 1.5)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.5 * scale)
    expect(Math.max(...values)).toBeLessThanOrEqual(1.5 * scale)
    expect(values.reduce((sum, value) => sum + value) / values.length).toBeCloseTo(scale, -2)
  })
})
