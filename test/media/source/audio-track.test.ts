import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { openTrack } from '../../../src/media/source/audio-track.js'
import { encodedAudio } from '../../../src/media/source/encoded-audio.js'
import { LoopTrack } from '../../../src/media/source/loop-track.js'

const frames = [1, 2, 3].map((byte) => Uint8Array.of(byte))

describe('LoopTrack', () => {
  it('goes round from its own place', () => {
    const track = new LoopTrack(frames, 20, 2)
    expect(Array.from({ length: 5 }, () => track.next()[0])).toEqual([3, 1, 2, 3, 1])
  })

  it('leaves out what was skipped', () => {
    const track = new LoopTrack(frames, 20, 0)
    track.next()
    track.skip()
    expect(track.next()[0]).toBe(3)
  })
})

describe('openTrack', () => {
  it('shares the payloads of one source among streams', () => {
    const audio = encodedAudio({ kind: 'speech' }, 'opus', 20)
    if (audio.kind !== 'encoded') throw new Error(audio.text)
    for (const seed of [1, 2]) {
      const track = openTrack({ kind: 'speech' }, 'opus', 20, new Rng(seed, 'test'))
      if (track.kind !== 'track') throw new Error(track.text)
      expect(audio.frames).toContain(track.next(0))
    }
  })

  it('gives frames of their own sizes where the codec makes such', () => {
    const audio = encodedAudio({ kind: 'speech' }, 'opus', 20)
    if (audio.kind !== 'encoded') throw new Error(audio.text)
    const sizes = new Set(audio.frames.map((frame) => frame.length))
    expect(sizes.size).toBeGreaterThan(20)
  })

  it.each([
    ['opus', 25],
    ['PCMU', 4],
    ['PCMU', 12.5],
  ] as const)('says that %s cannot be sent in packets of %f ms', (codec, ptimeMs) => {
    expect(openTrack({ kind: 'silence' }, codec, ptimeMs, new Rng(1, 'test'))).toMatchObject({
      kind: 'audio-failure',
      text: `a packet time of ${ptimeMs} ms cannot be sent with ${codec}`,
    })
  })
})
