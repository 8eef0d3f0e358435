import { describe, expect, it } from 'vitest'
import { PlayOrder } from '../../../src/media/mark/play-order.js'
import { sequenceOf } from '../../../src/media/rtp/rtp-header.js'
import { rtpPacket } from '../packet.js'

/** Packets arrive 20 ms apart; what comes out is written as sequence number and how many were missing before it. */
function played(sequences: readonly (number | readonly [sequence: number, ssrc: number])[], stepMs = 20): string[] {
  const out: string[] = []
  const order = new PlayOrder({ onPacket: (bytes, _at, missing) => out.push(`${sequenceOf(bytes)}:${missing}`) })
  for (const [index, each] of sequences.entries()) {
    const [sequence, ssrc] = typeof each === 'number' ? [each, 1] : each
    order.push(rtpPacket({ sequence, ssrc }), index * stepMs)
  }
  order.flush()
  return out
}

describe('packets are played', () => {
  it.each([
    ['as they come when they come in order', [7, 8, 9], ['7:-1', '8:0', '9:0']],
    ['in order when two changed places', [1, 3, 2, 4], ['1:-1', '2:0', '3:0', '4:0']],
    ['in order when three came the wrong way round', [1, 4, 3, 2, 5], ['1:-1', '2:0', '3:0', '4:0', '5:0']],
    ['across the wrap', [65_534, 0, 65_535, 1], ['65534:-1', '65535:0', '0:0', '1:0']],
    ['once when they come twice', [1, 2, 2, 3, 3, 4], ['1:-1', '2:0', '3:0', '4:0']],
    [
      'without the one that never came, after a while',
      [1, 3, 4, 5, 6, 7, 8, 9],
      ['1:-1', '3:1', '4:0', '5:0', '6:0', '7:0', '8:0', '9:0'],
    ],
    [
      'without one that came when it was given up',
      [1, 3, 4, 5, 6, 7, 8, 9, 2],
      ['1:-1', '3:1', '4:0', '5:0', '6:0', '7:0', '8:0', '9:0'],
    ],
    ['after a leap at once', [1, 2, 102, 103], ['1:-1', '2:0', '102:99', '103:0']],
    ['anew when the source changes', [1, 2, [9000, 5], [9001, 5]], ['1:-1', '2:0', '9000:-1', '9001:0']],
    ['even when what is missing was the last to be waited for', [1, 3], ['1:-1', '3:1']],
  ] as const)('%s', (_, sequences, expected) => {
    expect(played(sequences)).toEqual(expected)
  })

  it('anew after a restart, what waited before it', () => {
    const out: number[] = []
    const order = new PlayOrder({ onPacket: (bytes, _at, missing) => out.push(sequenceOf(bytes), missing) })
    order.push(rtpPacket({ sequence: 1 }), 0)
    order.push(rtpPacket({ sequence: 3 }), 20)
    order.restart()
    order.push(rtpPacket({ sequence: 500 }), 40)
    expect(out).toEqual([1, -1, 3, 1, 500, -1])
  })

  it('with the bytes and the arrival that they had', () => {
    const seen: [number, number][] = []
    const order = new PlayOrder({ onPacket: (bytes, at) => seen.push([bytes[12] ?? 0, at]) })
    const buffer = rtpPacket({ sequence: 1 }, Uint8Array.of(11))
    order.push(buffer, 0)
    const early = rtpPacket({ sequence: 3 }, Uint8Array.of(33))
    order.push(early, 10)
    early.fill(0)
    order.push(rtpPacket({ sequence: 2 }, Uint8Array.of(22)), 15)
    expect(seen).toEqual([
      [11, 0],
      [22, 15],
      [33, 10],
    ])
  })
})
