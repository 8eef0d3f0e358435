import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { callRecording } from '../../../src/media/recording/call-recording.js'
import { upsample } from '../../../src/media/recording/upsample.js'
import type { RecordedPacket } from '../../../src/model/record.js'
import { amplitudeAt, tone } from '../codec/signal.js'

const packets = (atMs: number, count: number, payload = new Uint8Array(160).fill(0x80)): RecordedPacket[] =>
  Array.from({ length: count }, (_, i) => ({
    atMs: atMs + i * 20,
    ssrc: 1,
    sequence: i,
    timestamp: i * 160,
    encoding: 'PCMU',
    payload,
  }))

function read(bytes: Uint8Array | undefined) {
  if (!bytes) throw new Error('no recording')
  const wav = new wavefile.WaveFile(bytes)
  const { numChannels, sampleRate, bitsPerSample } = wav.fmt as Record<string, number>
  const samples = wav.getSamples(false) as unknown as Float64Array | Float64Array[]
  return { numChannels, sampleRate, bitsPerSample, samples: Array.isArray(samples) ? samples : [samples] }
}

describe('callRecording', () => {
  it('is a WAV with a channel for each leg, in step by time of arrival', () => {
    const { samples, ...format } = read(callRecording([packets(1000, 50), packets(1500, 10)]))
    expect(format).toEqual({ numChannels: 2, sampleRate: 8000, bitsPerSample: 16 })
    expect(samples.map((channel) => channel.length)).toEqual([8000, 8000])
    const loudFrom = (channel: Float64Array | undefined) => channel?.findIndex((sample) => sample > 30_000)
    expect(samples.map(loudFrom)).toEqual([0, 4000])
    expect([samples[1]?.[3999], samples[1]?.[5600]]).toEqual([0, 0])
  })

  it('leaves the channel of a leg that heard nothing silent, and is mono for one leg', () => {
    const silent = read(callRecording([[], packets(0, 5)]))
    expect([silent.numChannels, Math.max(...(silent.samples[0] ?? [1]))]).toEqual([2, 0])
    expect(read(callRecording([packets(0, 5)])).numChannels).toBe(1)
  })

  it('is none when nothing was heard', () => {
    expect(callRecording([[], []])).toBeUndefined()
    expect(callRecording([])).toBeUndefined()
  })
})

describe('upsample', () => {
  it.each([16_000, 48_000])('keeps tones and lengths at %i Hz', (rate) => {
    const heard = upsample(tone(8000, 500, 0.5), 8000, rate)
    expect(heard.length).toBe(rate / 2)
    expect(amplitudeAt(heard, rate, 500)).toBeGreaterThan(7800)
  })
})
