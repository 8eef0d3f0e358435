import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { codecs } from '../../../src/media/codec/registry.js'
import { momentOf } from '../../../src/media/mark/mark-format.js'
import { longestWaitMs, MarkedTrack } from '../../../src/media/mark/marked-track.js'
import { Speaker } from '../../../src/media/mark/speaker.js'
import { openSpokenTrack } from '../../../src/media/mark/spoken-track.js'
import type { AudioTrack } from '../../../src/media/source/audio-track.js'
import type { CodecName } from '../../../src/model/codec.js'
import { Ears } from './hearing.js'

const speech = { kind: 'speech' } as const
const wallOffsetMs = 1_790_000_000_000

function spoken(codec: CodecName, ptimeMs: number, speaker: Speaker): AudioTrack {
  const track = openSpokenTrack(speech, codec, ptimeMs, new Rng(1, 'track'), speaker)
  if (track.kind !== 'track') throw new Error(track.text)
  return track
}

/** What the codecs hold back: ITU-T G.722 22 samples of 16 kHz, libopus 6.5 ms, or 2.5 ms where packets are joined. */
const holdBackMs = (codec: CodecName, ptimeMs: number): number => {
  if (codec === 'opus') return ptimeMs % 20 === 0 && ptimeMs < 60 ? 6.5 : ptimeMs === 10 ? 6.5 : 2.5
  return codec === 'G722' ? 22 / 16 : 0
}

const kinds = (['PCMU', 'PCMA', 'G722', 'opus'] as const).flatMap((codec) =>
  [10, 20, 30, 40, 60].map((ptimeMs) => [codec, ptimeMs] as const),
)

describe('a track with marks, decoded', () => {
  it.each(kinds)('in %s with packets of %i ms tells who speaks and when each mark began', (codec, ptimeMs) => {
    const speaker = new Speaker(4711, wallOffsetMs)
    const track = spoken(codec, ptimeMs, speaker)
    const ears = new Ears(codec)
    const startMs = 123_457
    for (let atMs = 0; atMs < 10_000; atMs += ptimeMs) ears.hear(track.next(startMs + atMs))
    const marks = ears.finish()
    expect(marks.length).toBe(speaker.marks)
    expect(marks.length).toBeGreaterThanOrEqual(4)
    for (const mark of marks) {
      expect(mark.sender).toBe(4711)
      expect(mark.isSure).toBe(true)
      const early = momentOf(startMs + mark.startMs - holdBackMs(codec, ptimeMs) + wallOffsetMs) - mark.moment
      expect(Math.abs(early)).toBeLessThanOrEqual(2)
    }
  })

  it('begins with a mark, and whoever listens for long enough hears a whole one', () => {
    const speaker = new Speaker(1, 0)
    const track = spoken('PCMU', 20, speaker)
    const ears = new Ears('PCMU')
    for (let atMs = 0; atMs < 60_000; atMs += 20) ears.hear(track.next(atMs))
    const starts = ears.finish().map(({ startMs }) => startMs)
    expect(starts[0]).toBeCloseTo(0, 0)
    const distances = starts.slice(1).map((startMs, index) => startMs - (starts[index] ?? 0))
    // From just after the start of one to the end of the next.
    expect(Math.max(...distances) + 760).toBeLessThanOrEqual(longestWaitMs)
    expect(new Set(distances.map(Math.round)).size).toBeGreaterThan(5)
  })

  it('begins a mark anew when a packet of it was left out', () => {
    const speaker = new Speaker(1, 0)
    const track = spoken('PCMU', 20, speaker)
    const ears = new Ears('PCMU')
    for (let atMs = 0; atMs < 400; atMs += 20) ears.hear(track.next(atMs))
    track.skip()
    track.skip()
    ears.hear(new Uint8Array(320).fill(0xff))
    for (let atMs = 440; atMs < 1200; atMs += 20) ears.hear(track.next(atMs))
    expect(speaker).toMatchObject({ marks: 1, firstMs: 0, lastMs: 1180 })
    expect(ears.finish()).toMatchObject([{ sender: 1, moment: 440, isSure: true }])
  })

  it('allocates no payload where a packet is one unit: all streams send the same bytes', () => {
    const payloads = [new Speaker(1, 0), new Speaker(1, 0)].map((speaker) => spoken('PCMU', 20, speaker).next(0))
    expect(payloads[0]).toBe(payloads[1])
  })
})

it('a stream without a sender has no marks', () => {
  const track = openSpokenTrack(speech, 'PCMU', 20, new Rng(1, 'track'), undefined)
  expect(track).not.toBeInstanceOf(MarkedTrack)
  expect(codecs.PCMU.coder).toBeDefined()
})
