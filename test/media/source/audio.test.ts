import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { codecs } from '../../../src/media/codec/registry.js'
import { type EncodedAudio, encodedAudio } from '../../../src/media/source/encoded-audio.js'
import { loadSamples } from '../../../src/media/source/samples.js'
import { speechSamples } from '../../../src/media/source/speech.js'
import { readWav } from '../../../src/media/source/wav.js'

const folder = mkdtempSync(join(tmpdir(), 'audio-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rms = (pcm: ArrayLike<number>) =>
  Math.sqrt(Array.from(pcm).reduce((sum, value) => sum + value * value, 0) / pcm.length)

/** Level of one frequency in samples at 8 kHz (Goertzel), as amplitude. */
function amplitudeAt(pcm: Int16Array, frequencyHz: number): number {
  const step = (2 * Math.PI * frequencyHz) / 8000
  let [real, imaginary] = [0, 0]
  for (let i = 0; i < pcm.length; i++) {
    real += (pcm[i] ?? 0) * Math.cos(step * i)
    imaginary += (pcm[i] ?? 0) * Math.sin(step * i)
  }
  return (2 * Math.hypot(real, imaginary)) / pcm.length
}

/** One second of a 500 Hz tone of amplitude 10000. */
function toneWav(rate: number, depth: string, channels: number, frequencyHz = 500): Uint8Array {
  const scale = { '8': 127, '16': 32_767, '24': 8_388_607, '32': 2_147_483_647, '32f': 1 }[depth] ?? 1
  const middle = depth === '8' ? 128 : 0
  const one = Array.from(
    { length: rate },
    (_, i) => middle + (10_000 / 32_767) * scale * Math.sin((2 * Math.PI * frequencyHz * i) / rate),
  )
  const wav = new wavefile.WaveFile()
  wav.fromScratch(channels, rate, depth, channels === 1 ? one : Array.from({ length: channels }, () => one))
  return wav.toBuffer()
}

const samplesOf = (bytes: Uint8Array) => {
  const result = readWav(bytes, 'test.wav', 8000)
  if (result.kind !== 'samples') throw new Error(result.text)
  return result.pcm
}

describe('readWav', () => {
  it.each([
    [8000, '16', 1],
    [8000, '8', 1],
    [16_000, '16', 2],
    [44_100, '16', 2],
    [48_000, '24', 1],
    [11_025, '32f', 1],
    [48_000, '32', 3],
  ])('makes 8 kHz mono of %i Hz, %s bits, %i channels', (rate, depth, channels) => {
    const pcm = samplesOf(toneWav(rate, depth, channels))
    expect(Math.abs(pcm.length - 8000)).toBeLessThanOrEqual(2)
    expect(amplitudeAt(pcm, 500)).toBeGreaterThan(9500)
    expect(amplitudeAt(pcm, 500)).toBeLessThan(10_500)
  })

  it('does not fold what is above 4 kHz into the audio', () => {
    expect(rms(samplesOf(toneWav(48_000, '16', 1, 6000)).subarray(800, 7200))).toBeLessThan(300)
  })

  it.each(['8m', '8a', '4'] as const)('expands %s', (kind) => {
    const wav = new wavefile.WaveFile(toneWav(8000, '16', 1))
    if (kind === '8m') wav.toMuLaw()
    else if (kind === '8a') wav.toALaw()
    else wav.toIMAADPCM()
    // IMA ADPCM slips in phase between its blocks, so the level is compared and not the tone.
    const level = rms(samplesOf(wav.toBuffer()))
    expect(level).toBeGreaterThan(6000)
    expect(level).toBeLessThan(7500)
  })

  it.each([
    ['no WAV', Buffer.from('RIFX nonsense')],
    ['empty', new Uint8Array(0)],
    [
      'no samples',
      (() => {
        const wav = new wavefile.WaveFile()
        wav.fromScratch(1, 8000, '16', [])
        return wav.toBuffer()
      })(),
    ],
  ])('says what is wrong with a file of %s', (_what, bytes) => {
    const result = readWav(bytes, 'test.wav', 8000)
    expect(result.kind).toBe('audio-failure')
    if (result.kind === 'audio-failure') expect(result.text).toContain('test.wav')
  })
})

describe('loadSamples', () => {
  it('names a file that is missing', () => {
    const file = join(folder, 'missing.wav')
    expect(loadSamples({ kind: 'wav', file }, 8000)).toMatchObject({
      kind: 'audio-failure',
      text: expect.stringContaining(file),
    })
  })

  it('reads a file once', () => {
    const file = join(folder, 'tone.wav')
    writeFileSync(file, toneWav(8000, '16', 1))
    const first = loadSamples({ kind: 'wav', file }, 8000)
    rmSync(file)
    expect(loadSamples({ kind: 'wav', file }, 8000)).toBe(first)
  })
})

describe('the built-in speech', () => {
  const pcm = speechSamples(8000)

  it('is the same every time', () => {
    expect(speechSamples(8000)).toEqual(pcm)
  })

  it('has -20 dBov within half a dB and clips nowhere', () => {
    expect(20 * Math.log10(rms(pcm) / 32_768)).toBeCloseTo(-20, 0)
    expect(Math.abs(20 * Math.log10(rms(pcm) / 32_768) + 20)).toBeLessThan(0.5)
    expect(pcm.filter((sample) => Math.abs(sample) >= 32_767).length).toBeLessThan(pcm.length / 1000)
  })

  it('pauses, but is nowhere silent for longer than 300 ms, over the seam of the loop too', () => {
    const block = 80
    const twice = [...pcm, ...pcm]
    let [silent, longest, pauses] = [0, 0, 0]
    for (let i = 0; i + block <= twice.length; i += block) {
      const quiet = rms(twice.slice(i, i + block)) < 65
      silent = quiet ? silent + 10 : 0
      if (silent === 150) pauses++
      longest = Math.max(longest, silent)
    }
    expect(longest).toBeLessThanOrEqual(300)
    expect(pauses).toBeGreaterThanOrEqual(8)
  })

  it('changes like speech: levels of its 20 ms frames differ widely', () => {
    const levels = Array.from({ length: Math.floor(pcm.length / 160) }, (_, i) =>
      rms(pcm.subarray(i * 160, (i + 1) * 160)),
    )
    const loud = levels.filter((level) => level > 3000).length / levels.length
    expect(loud).toBeGreaterThan(0.2)
    expect(loud).toBeLessThan(0.8)
  })
})

describe('encodedAudio', () => {
  const loop = (ptimeMs: number, codec: 'PCMU' | 'PCMA' = 'PCMU'): EncodedAudio => {
    const audio = encodedAudio({ kind: 'speech' }, codec, ptimeMs)
    if (audio.kind !== 'encoded') throw new Error(audio.text)
    return audio
  }

  it.each([10, 20, 30, 60])('makes frames of %i ms that decode to the source', (ptimeMs) => {
    const audio = loop(ptimeMs)
    const bytes = ptimeMs * 8
    expect(new Set(audio.frames.map((frame) => frame.length))).toEqual(new Set([bytes]))
    const frame = new Int16Array(bytes)
    codecs.PCMU.coder?.newDecoder().decode(audio.frames[50] ?? new Uint8Array(), frame)
    const source = speechSamples(8000).subarray(50 * bytes, 51 * bytes)
    const noise = rms(frame.map((value, i) => value - (source[i] ?? 0)))
    expect(noise).toBeLessThan(Math.max(8, rms(source) / 20))
  })

  it('is made once for each source, codec and packet time', () => {
    expect(loop(20)).toBe(loop(20))
    expect(loop(20)).not.toBe(loop(30))
    expect(loop(20)).not.toBe(loop(20, 'PCMA'))
  })

  it.each([
    ['PCMU', 0xff],
    ['PCMA', 0xd5],
  ] as const)('silence of %s is %i', (codec, byte) => {
    const audio = encodedAudio({ kind: 'silence' }, codec, 20)
    expect(audio.kind === 'encoded' && new Set(audio.frames[0])).toEqual(new Set([byte]))
  })
})
