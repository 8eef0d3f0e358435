import { expect, test } from 'vitest'
import { linkType } from '../../src/capture/captured-packet.js'
import { pcapngBytes, writeCapture } from '../capture/capture-files.js'
import { readRtp } from '../capture/read-rtp.js'
import { call, type Impairment, impaired, inOrder } from '../capture/rtp-traffic.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { expectSameStreams, tsharkStreams } from './tshark-rtp.js'

const cases: readonly (readonly [name: string, impairment: Impairment])[] = [
  ['even packets', {}],
  ['numbers that wrap', { firstSequence: 65_500, firstTimestamp: 0xffff_f000 }],
  ['5 % loss', { loss: 0.05 }],
  ['40 % loss', { loss: 0.4 }],
  ['jitter of 15 ms', { jitterMs: 15 }],
  ['pauses between talkspurts, with jitter', { pauses: 0.05, jitterMs: 15 }],
  // tshark 4.0 counts a cycle too many where packets are in the wrong order just when numbers wrap.
  ['packets in the wrong order', { swap: 0.1, firstSequence: 1000 }],
  ['loss, jitter and wrong order at once', { loss: 0.1, swap: 0.1, jitterMs: 15, firstSequence: 1000 }],
]

describeWithPeers(['tshark'], 'RTP streams of a capture', () => {
  test.each(cases)('with %s have the figures of tshark', async (_name, impairment) => {
    const frames = inOrder([...call(), ...impaired(0x1234_5678, 3000, impairment)])
    const file = writeCapture(pcapngBytes(frames, linkType.raw))
    const { streams } = await readRtp(file)
    expect(streams).toHaveLength(1)
    await expectSameStreams(file, streams)
  })

  test('with packets that come twice have the counts of tshark, which lets duplicates into jitter', async () => {
    const impairment = { loss: 0.1, swap: 0.1, duplicate: 0.05, firstSequence: 1000 }
    const frames = inOrder([...call(), ...impaired(0x1234_5678, 3000, impairment)])
    const file = writeCapture(pcapngBytes(frames, linkType.raw))
    const { streams } = await readRtp(file)
    const [theirs] = (await tsharkStreams(file)).values()
    expect(streams.map(({ packets, lost, duplicated }) => [packets, lost - duplicated])).toEqual([
      [theirs?.packets, theirs?.lost],
    ])
    expect(streams[0]?.duplicated).toBeGreaterThan(100)
  })
})
