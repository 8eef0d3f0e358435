import { describe, expect, it } from 'vitest'
import { codecs } from '../../../src/media/codec/registry.js'
import { heardAudio } from '../../../src/media/recording/heard-audio.js'
import type { CodecName } from '../../../src/model/codec.js'
import type { RecordedPacket } from '../../../src/model/record.js'
import { amplitudeAt, signalToNoiseDb, tone } from '../codec/signal.js'

/** A stream of packets of 20 ms of a tone. */
function packetsOf(codec: CodecName, count: number, change: Partial<RecordedPacket> = {}): RecordedPacket[] {
  const { coder, clockRate } = codecs[codec]
  if (!coder) throw new Error('no coder')
  const encoder = coder.newEncoder(20)
  const frame = coder.sampleRate / 50
  const samples = tone(coder.sampleRate, 440, count / 50)
  const payload = new Uint8Array(coder.longestPayload(20))
  return Array.from({ length: count }, (_, index) => {
    const bytes = encoder.encode(samples.subarray(index * frame, (index + 1) * frame), payload)
    return {
      atMs: 1000 + index * 20,
      ssrc: 1,
      sequence: (65_530 + index) & 0xffff,
      timestamp: (0xffff_f000 + (index * clockRate) / 50) >>> 0,
      encoding: codec,
      payload: payload.slice(0, bytes),
      ...change,
    }
  })
}

const hear = (packets: readonly RecordedPacket[], startMs = 1000) => {
  const audio = heardAudio(packets, startMs)
  if (!audio) throw new Error('nothing was heard')
  return audio
}

/** Spans of at least 10 ms without sound, as from and to in ms. */
function silences(samples: Int16Array, sampleRate: number): [from: number, to: number][] {
  const block = sampleRate / 200
  const found: [number, number][] = []
  for (let at = 0; at + block <= samples.length; at += block) {
    if (samples.subarray(at, at + block).some((sample) => Math.abs(sample) > 300)) continue
    const ms = (at * 1000) / sampleRate
    const last = found.at(-1)
    if (last && last[1] === ms) last[1] = ms + 5
    else found.push([ms, ms + 5])
  }
  return found.filter(([from, to]) => to - from >= 10)
}

describe.each(['PCMU', 'PCMA', 'G722', 'opus'] as const)('what was heard of %s', (codec) => {
  it('is what was sent, over wrapping numbers and timestamps', () => {
    const { samples, sampleRate } = hear(packetsOf(codec, 50))
    expect(samples.length).toBe(sampleRate)
    const steady = samples.subarray(sampleRate / 5, (sampleRate * 4) / 5)
    expect(amplitudeAt(steady, sampleRate, 440)).toBeGreaterThan(7500)
  })

  it('has silence where packets were lost, in their length', () => {
    const packets = packetsOf(codec, 50).filter((_, index) => index < 20 || index >= 25)
    const { samples, sampleRate } = hear(packets)
    expect(samples.length).toBe(sampleRate)
    const [gap] = silences(samples.subarray(sampleRate / 10), sampleRate)
    expect(gap).toEqual([300, 400])
  })
})

describe('what was heard', () => {
  const pcmu = packetsOf('PCMU', 40)

  it('is in the order of sequence numbers, without duplicates, whatever the order of arrival', () => {
    const [a, b, c] = [pcmu[9], pcmu[10], pcmu[11]]
    if (!a || !b || !c) throw new Error('no packets')
    const shuffled = [...pcmu.slice(0, 9), c, a, b, b, a, ...pcmu.slice(12)]
    expect(hear(shuffled).samples).toEqual(hear(pcmu).samples)
    expect(signalToNoiseDb(tone(8000, 440, 0.8), hear(shuffled).samples)).toBeGreaterThan(30)
  })

  it('keeps its place in time: from the moment that is asked for', () => {
    const { samples } = hear(pcmu, 700)
    expect(samples.length).toBe(8000 * 1.1)
    expect(silences(samples, 8000)).toEqual([[0, 300]])
  })

  it('goes on where another source arrives, whatever its timestamps', () => {
    const next = packetsOf('PCMU', 40, { ssrc: 2 }).map((packet, index) => ({
      ...packet,
      atMs: 2000 + index * 20,
      timestamp: 77 + index * 160,
    }))
    const { samples } = hear([...pcmu, ...next])
    expect(samples.length).toBe(8000 * 1.8)
    expect(silences(samples, 8000)).toEqual([[800, 1000]])
  })

  it('goes on when the codec changes, at the higher of both rates', () => {
    const next = packetsOf('opus', 40).map((packet, index) => ({ ...packet, atMs: 1800 + index * 20 }))
    const { samples, sampleRate } = hear([...pcmu, ...next])
    expect(sampleRate).toBe(48_000)
    expect(samples.length).toBe(48_000 * 1.6)
    expect(amplitudeAt(samples.subarray(4800, 33_600), 48_000, 440)).toBeGreaterThan(7500)
    expect(amplitudeAt(samples.subarray(48_000, 72_000), 48_000, 440)).toBeGreaterThan(7500)
  })

  it('leaves out events, payloads that are none, and timestamps that lead nowhere', () => {
    const event = { ...(pcmu[5] as RecordedPacket), encoding: 'telephone-event' as const }
    const astray = { ...(pcmu[20] as RecordedPacket), timestamp: 123_456_789 }
    const strange = pcmu.map((packet, index) => (index === 5 ? event : index === 20 ? astray : packet))
    const { samples } = hear(strange)
    expect(samples.length).toBe(6400)
    expect(silences(samples, 8000)).toEqual([
      [100, 120],
      [400, 420],
    ])
    expect(heardAudio([event], 1000)).toBeUndefined()
    expect(heardAudio([], 0)).toBeUndefined()
  })
})
