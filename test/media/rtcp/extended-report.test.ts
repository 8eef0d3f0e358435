import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RtcpVisitor, readRtcp } from '../../../src/media/rtcp/rtcp-reader.js'
import { writeCompound } from '../../../src/media/rtcp/rtcp-writer.js'
import type { VoipMetrics } from '../../../src/model/voip-metrics.js'

const metrics: VoipMetrics = {
  lossRate: 3 / 64,
  discardRate: 3 / 64,
  burstDensity: 4 / 12,
  gapDensity: 2 / 52,
  burstMs: 120,
  gapMs: 260,
  roundTripMs: 200,
  endSystemDelayMs: 140,
  signalLevelDb: -18,
  noiseLevelDb: -60,
  rerlDb: undefined,
  gmin: 16,
  rFactor: 85.4,
  externalRFactor: undefined,
  mosLq: 4.24,
  mosCq: undefined,
  concealment: 'enhanced',
  jitterBuffer: 'adaptive',
  jitterBufferRate: 5,
  jitterBufferNominalMs: 60,
  jitterBufferMaxMs: 80,
  jitterBufferAbsMaxMs: 70_000,
}

function read(bytes: Uint8Array) {
  const seen: unknown[][] = []
  const visitor: RtcpVisitor = {
    onSenderReport: () => {},
    onReportBlock: () => {},
    onBye: () => {},
    onReferenceTime: (...values) => seen.push(['reference', ...values]),
    onDelaySinceReference: (...values) => seen.push(['delay', ...values]),
    onVoipMetrics: (...values) => seen.push(['voip', ...values]),
  }
  return { defect: readRtcp(bytes, visitor), seen }
}

/** An empty RR and the SDES of CNAME `x`, then what is given. */
const compound = (...parts: Buffer[]) => Buffer.concat([writeCompound(7, 'x', undefined, undefined, false), ...parts])

const writtenAlone = (extended: Parameters<typeof writeCompound>[5]) => {
  const bytes = writeCompound(7, 'x', undefined, undefined, false, extended)
  return bytes.subarray(compound().length)
}

describe('XR packets (RFC 3611)', () => {
  it('hold VoIP metrics byte by byte as 4.7 draws them', () => {
    expect(writtenAlone({ voip: { ssrc: 0xaabb_ccdd, metrics } }).toString('hex')).toBe(
      [
        '80cf000a', // V=2, PT=207, length 10
        '00000007',
        '07000008', // BT=7, block length 8
        'aabbccdd',
        '0c0c5509', // int(3/64*256), int(4/12*256) = 85, int(2/52*256) = 9
        '00780104',
        '00c8008c',
        'eec47f10', // -18 and -60 in two's complement, 127 for unavailable, Gmin 16
        '557f2a7f', // R 85, ext. R unavailable, MOS-LQ 4.2, MOS-CQ unavailable
        'b500003c', // PLC enhanced (10), JBA adaptive (11), rate 5
        '0050ffff',
      ].join(''),
    )
  })

  it('are read back, as exactly as their bits allow', () => {
    const { defect, seen } = read(writeCompound(7, 'x', undefined, undefined, true, { voip: { ssrc: 9, metrics } }))
    expect(defect).toBeUndefined()
    expect(seen).toEqual([
      [
        'voip',
        9,
        {
          ...metrics,
          lossRate: 12 / 256,
          discardRate: 12 / 256,
          burstDensity: 85 / 256,
          gapDensity: 9 / 256,
          rFactor: 85,
          mosLq: 4.2,
          jitterBufferAbsMaxMs: 65_535,
        },
      ],
    ])
  })

  it.each<[string, Partial<VoipMetrics>, string]>([
    ['all lost is 255 of 256', { lossRate: 1 }, 'ff'],
    ['none lost is 0', { lossRate: 0 }, '00'],
  ])('%s (4.7.1)', (_, change, byte) => {
    const bytes = writtenAlone({ voip: { ssrc: 9, metrics: { ...metrics, ...change } } })
    expect(bytes.subarray(16, 17).toString('hex')).toBe(byte)
  })

  it.each([
    ['R of 101', 32, 101, 'rFactor'],
    ['MOS-LQ of 9', 34, 9, 'mosLq'],
    ['MOS-CQ of 51', 35, 51, 'mosCq'],
  ] as const)('with an %s ignores it (4.7.5)', (_, offset, value, field) => {
    const bytes = writtenAlone({ voip: { ssrc: 9, metrics: { ...metrics, mosCq: 4 } } })
    bytes[offset] = value
    const [[, , found] = []] = read(compound(bytes)).seen
    expect((found as VoipMetrics)[field]).toBeUndefined()
  })

  it('hold reference times and answers to them (4.4, 4.5)', () => {
    const wallMs = 1_700_000_000_250
    const bytes = writtenAlone({
      referenceWallMs: wallMs,
      delaySinceReference: { ssrc: 9, lrr: 0x1234_5678, dlrr: 65_536 },
    })
    expect(bytes.toString('hex')).toBe(
      ['80cf0008', '00000007', '04000002', 'e8fe6f80', '40000000', '05000003', '00000009', '12345678', '00010000'].join(
        '',
      ),
    )
    expect(read(compound(bytes)).seen).toEqual([
      ['reference', 7, 0x6f80_4000],
      ['delay', 9, 0x1234_5678, 65_536],
    ])
  })

  it('may hold several answers in one block', () => {
    const xr = Buffer.from('80cf00080000000705000006000000010000000200000003000000040000000500000006', 'hex')
    expect(read(compound(xr)).seen).toEqual([
      ['delay', 1, 2, 3],
      ['delay', 4, 5, 6],
    ])
  })

  it('may hold blocks of other types, which are passed over (3)', () => {
    const block = Buffer.from('04000002e8fe6f8040000000', 'hex')
    const bytes = Buffer.concat([Buffer.from('80cf00060000000763000001aabbccdd', 'hex'), block])
    expect(read(compound(bytes))).toEqual({ defect: undefined, seen: [['reference', 7, 0x6f80_4000]] })
  })

  it.each([
    ['a block that ends after its packet', '80cf00020000000707000008'],
    ['a block of VoIP metrics that is too short', '80cf000300000007070000010000000a'],
    ['half an answer', '80cf000300000007050000010000000a'],
    ['a reference time of one word', '80cf000300000007040000010000000a'],
    ['padding longer than itself', 'a0cf000200000007000000ff'],
  ])('with %s are malformed and change nothing', (_, hex) => {
    expect(read(compound(Buffer.from(hex, 'hex')))).toEqual({ defect: 'bad-block', seen: [] })
  })

  it('may be padded when they come last', () => {
    const xr = Buffer.from('a0cf00050000000704000002e8fe6f804000000000000004', 'hex')
    expect(read(compound(xr))).toEqual({ defect: undefined, seen: [['reference', 7, 0x6f80_4000]] })
  })

  it('with some octets changed or cut off are read or refused whole, and never an error', () => {
    const voip = { ssrc: 9, metrics }
    const delaySinceReference = { ssrc: 9, lrr: 1, dlrr: 2 }
    const whole = writeCompound(7, 'x', undefined, undefined, true, { referenceWallMs: 5, delaySinceReference, voip })
    const change = fc.record({ at: fc.nat(whole.length - 1), octet: fc.nat(255) })
    let taken = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole)
        for (const { at, octet } of changes) bytes[at] = octet
        for (const packet of [bytes, bytes.subarray(0, length)]) {
          const { defect, seen } = read(packet)
          if (defect) expect(seen).toEqual([])
          else taken++
        }
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(1000)
  })
})
