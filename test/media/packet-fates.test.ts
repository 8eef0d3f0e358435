import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BurstMetrics, gapThreshold, PacketFates } from '../../src/media/packet-fates.js'

/** As RFC 3611 writes patterns: 1 received, 0 lost, X discarded. */
function fatesOf(pattern: string): PacketFates {
  const fates = new PacketFates()
  for (const mark of pattern) {
    if (mark === '1') fates.received()
    else fates.missing(mark === 'X')
  }
  return fates
}

/** 4.7.2 word by word: bursts are found by looking at the whole pattern. */
function byDefinition(pattern: string): BurstMetrics {
  const missing = [...pattern].flatMap((mark, at) => (mark === '1' ? [] : [at]))
  const clusters: number[][] = []
  for (const at of missing) {
    const last = clusters.at(-1)
    const before = last?.at(-1) ?? Number.NEGATIVE_INFINITY
    if (last && at - before - 1 < gapThreshold) last.push(at)
    else clusters.push([at])
  }
  const bursts = clusters.filter((cluster) => cluster.length > 1)
  const inBurst = new Set(
    bursts.flatMap((cluster) => {
      const [first = 0, last = 0] = [cluster[0], cluster.at(-1)]
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    }),
  )
  const burstMissing = bursts.reduce((sum, cluster) => sum + cluster.length, 0)
  const gaps =
    [...pattern]
      .map((_, at) => (inBurst.has(at) ? 'b' : 'g'))
      .join('')
      .match(/g+/g) ?? []
  const gapPackets = pattern.length - inBurst.size
  return {
    burstDensity: inBurst.size === 0 ? 0 : burstMissing / inBurst.size,
    gapDensity: gapPackets === 0 ? 0 : (missing.length - burstMissing) / gapPackets,
    burstPackets: bursts.length === 0 ? 0 : inBurst.size / bursts.length,
    gapPackets: gaps.length === 0 ? 0 : gapPackets / gaps.length,
  }
}

/** The pattern that RFC 3611 4.7.2 prints: 63 symbols, though its text says 64. */
const printed = '11110111111111111111111X111X1011110111111111111111111X111111111'

describe('burst metrics (RFC 3611 4.7.2)', () => {
  it('of the example as printed: a burst of twelve packets with four missing, two gaps with one missing each', () => {
    const fates = fatesOf(printed)
    expect([fates.expected, fates.lost, fates.discarded]).toEqual([63, 3, 3])
    expect(fates.burst).toEqual({ burstDensity: 4 / 12, gapDensity: 2 / 51, burstPackets: 12, gapPackets: 25.5 })
    // The RFC prints 84 where its own formula gives 85, and the sum of both gaps where it asks for their mean.
    expect(Math.floor((4 / 12) * 256)).toBe(85)
    expect(Math.floor((2 / 51) * 256)).toBe(10)
  })

  it('of the example with the 64 packets of its text: gaps of 26 packets in the mean', () => {
    expect(fatesOf(`${printed}1`).burst).toEqual({
      burstDensity: 4 / 12,
      gapDensity: 2 / 52,
      burstPackets: 12,
      gapPackets: 26,
    })
  })

  it.each<[string, string, BurstMetrics]>([
    ['nothing at all', '', { burstDensity: 0, gapDensity: 0, burstPackets: 0, gapPackets: 0 }],
    ['no loss is one gap', '1'.repeat(20), { burstDensity: 0, gapDensity: 0, burstPackets: 0, gapPackets: 20 }],
    [
      'a packet lost alone is in a gap',
      `${'1'.repeat(9)}0`,
      { burstDensity: 0, gapDensity: 0.1, burstPackets: 0, gapPackets: 10 },
    ],
    [
      'two in sequence are a burst',
      `${'1'.repeat(8)}00`,
      { burstDensity: 1, gapDensity: 0, burstPackets: 2, gapPackets: 8 },
    ],
    [
      '15 received between two do not part them',
      `0${'1'.repeat(15)}0`,
      { burstDensity: 2 / 17, gapDensity: 0, burstPackets: 17, gapPackets: 0 },
    ],
    [
      '16 received between two do',
      `0${'1'.repeat(16)}0`,
      { burstDensity: 0, gapDensity: 2 / 18, burstPackets: 0, gapPackets: 18 },
    ],
    ['all lost is one burst', '0000', { burstDensity: 1, gapDensity: 0, burstPackets: 4, gapPackets: 0 }],
  ])('%s', (_what, pattern, metrics) => {
    expect(fatesOf(pattern).burst).toEqual(metrics)
  })

  it('agree with the definition read word by word, for any pattern', () => {
    const mark = fc.constantFrom('1', '1', '1', '1', '1', '1', '1', '1', '0', 'X')
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 300 }), (marks) => {
        const pattern = marks.join('')
        expect(fatesOf(pattern).burst).toEqual(byDefinition(pattern))
      }),
    )
  })
})

describe('runs of missing packets', () => {
  it.each([
    ['111', 0],
    ['1011', 1],
    ['100X1', 1],
    ['10101', 2],
    ['0', 1],
    [`0${'1'.repeat(40)}00`, 2],
  ])('of %s are %d', (pattern, runs) => {
    expect(fatesOf(pattern).runs).toBe(runs)
  })

  it('begin anew when what was is forgotten', () => {
    const fates = fatesOf('1100X0')
    fates.forget()
    fates.missing(false)
    fates.received()
    expect([fates.expected, fates.lost, fates.discarded, fates.runs]).toEqual([2, 1, 0, 1])
  })

  it('of a copy do not touch the original', () => {
    const fates = fatesOf('110')
    fates.copy().missing(true)
    expect([fates.expected, fates.discarded]).toEqual([3, 0])
  })
})
