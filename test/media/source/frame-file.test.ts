import { describe, expect, it } from 'vitest'
import { encodedAudio } from '../../../src/media/source/encoded-audio.js'
import { framesIn } from '../../../src/media/source/frame-file.js'

/** Frames of 10 bytes, each filled with its number. */
const frames = (count: number) => Uint8Array.from({ length: count * 10 }, (_, i) => Math.floor(i / 10))

describe('framesIn', () => {
  it.each([
    [10, [[0], [1], [2]]],
    [
      20,
      [
        [0, 1],
        [2, 0],
      ],
    ],
    [30, [[0, 1, 2]]],
  ])('puts frames of G.729 into payloads of %i ms', (ptimeMs, expected) => {
    const payloads = framesIn(frames(3), 'test.g729', ptimeMs)
    if ('kind' in payloads) throw new Error(payloads.text)
    expect(payloads.map((payload) => [...payload].filter((_, i) => i % 10 === 0))).toEqual(expected)
    for (const payload of payloads) expect(payload.length).toBe(ptimeMs)
  })

  it.each([0, 7, 25])('says that %i bytes are no frames', (length) => {
    expect(framesIn(new Uint8Array(length), 'test.g729', 20)).toMatchObject({
      kind: 'audio-failure',
      text: expect.stringContaining(`test.g729 holds ${length} bytes`),
    })
  })
})

describe('what can be sent with G729', () => {
  it.each([
    [{ kind: 'speech' }, 'G729 is not encoded here: it needs a file of its frames, or a capture'],
    [{ kind: 'frames', file: '/nonexistent/a.g729' }, '/nonexistent/a.g729 cannot be read'],
    [{ kind: 'capture', file: '/nonexistent/a.pcap' }, '/nonexistent/a.pcap was not read'],
    [{ kind: 'choice', of: [] }, 'there is no audio to send'],
  ] as const)('%j: %s', (source, text) => {
    const result = encodedAudio(source, 'G729', 20)
    expect(result.kind === 'audio-failure' && result.text).toContain(text)
  })

  it('is no other codec', () => {
    expect(encodedAudio({ kind: 'frames', file: 'a.g729' }, 'PCMU', 20)).toMatchObject({
      text: 'a.g729 holds frames of G729, and PCMU was agreed',
    })
  })

  it('of a choice the first that fits is taken', () => {
    const of = [{ kind: 'frames', file: 'a.g729' }, { kind: 'silence' }] as const
    expect(encodedAudio({ kind: 'choice', of }, 'PCMU', 20)).toBe(encodedAudio({ kind: 'silence' }, 'PCMU', 20))
  })
})
