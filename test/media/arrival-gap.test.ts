import { describe, expect, it } from 'vitest'
import { ArrivalGap } from '../../src/media/arrival-gap.js'

interface Packet {
  readonly at: number
  readonly sequence: number
  /** Media time in ms. */
  readonly media: number
  readonly marker?: boolean
  readonly silence?: boolean
}

/** Gaps before each packet but the first, at 8000 Hz. */
function gaps(packets: readonly Packet[]): number[] {
  const gap = new ArrivalGap(20)
  return packets
    .map(({ at, sequence, media, marker = false, silence = false }) =>
      gap.push(sequence & 0xffff, (0xffff_ff00 + media * 8) >>> 0, 8, at, { marker, silence }),
    )
    .slice(1)
}

describe('the gap before a packet', () => {
  it.each<[string, readonly Packet[], readonly number[]]>([
    [
      'is what exceeds the packet time',
      [
        { at: 0, sequence: 65_535, media: 0 },
        { at: 20, sequence: 65_536, media: 20 },
        { at: 70, sequence: 65_537, media: 40 },
      ],
      [0, 30],
    ],
    [
      'counts packets that were lost',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 100, sequence: 6, media: 100 },
      ],
      [80],
    ],
    [
      'counts a stop of the sender that nothing explains',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 500, sequence: 2, media: 500 },
      ],
      [480],
    ],
    [
      'is none before a new talkspurt (RFC 3551 4.1)',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 500, sequence: 2, media: 500, marker: true },
        { at: 530, sequence: 3, media: 520 },
      ],
      [0, 10],
    ],
    [
      'is none after comfort noise, and between its packets (RFC 3389)',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 20, sequence: 2, media: 20, silence: true },
        { at: 220, sequence: 3, media: 220, silence: true },
        { at: 625, sequence: 4, media: 620 },
      ],
      [0, 0, 5],
    ],
    [
      'counts what was lost beside suppressed silence',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 1000, sequence: 6, media: 1000, marker: true },
      ],
      [80],
    ],
    [
      'counts a talkspurt that arrives later than its timestamp says',
      [
        { at: 0, sequence: 1, media: 0 },
        { at: 900, sequence: 2, media: 500, marker: true },
      ],
      [400],
    ],
  ])('%s', (_what, packets, expected) => {
    expect(gaps(packets)).toEqual(expected)
  })

  it('learns the packet time from steady packets, not from the length of a silence', () => {
    const gap = new ArrivalGap(20)
    const steady = { marker: false, silence: false }
    gap.push(1, 0, 8, 0, steady)
    gap.push(2, 240, 8, 30, steady)
    expect(gap.ptimeMs).toBe(30)
    gap.push(3, 1440, 8, 180, { marker: true, silence: false })
    expect(gap.ptimeMs).toBe(30)
  })

  it('is unknown for the first packet and after a pause, and knows no silence across sources', () => {
    const gap = new ArrivalGap(20)
    const marked = { marker: true, silence: false }
    expect(gap.push(1, 0, 8, 0, marked)).toBeNaN()
    gap.pause()
    expect(gap.push(2, 160, 8, 900, marked)).toBeNaN()
    gap.restart()
    expect(gap.push(700, 99_999, 8, 1900, marked)).toBe(980)
  })
})
