import { readFileSync } from 'node:fs'
import wavefile from 'wavefile'
import type { AudioFailure, Samples } from './samples.js'

const longestSeconds = 600

/** Reads a WAV file of any rate, depth and number of channels as mono of so many samples a second. */
export function loadWav(file: string, sampleRate: number): Samples | AudioFailure {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    return failure(file, error)
  }
  return readWav(bytes, file, sampleRate)
}

/** The same for bytes; `name` is for messages. */
export function readWav(bytes: Uint8Array, name: string, sampleRate: number): Samples | AudioFailure {
  try {
    const wav = new wavefile.WaveFile(bytes)
    expand(wav)
    wav.toBitDepth('16')
    const rate = (wav.fmt as { sampleRate: number }).sampleRate
    const mono = mixDown(wav.getSamples(false))
    if (mono.length === 0) return { kind: 'audio-failure', text: `${name} holds no samples` }
    if (mono.length > longestSeconds * rate) {
      return { kind: 'audio-failure', text: `${name} is longer than ${longestSeconds} seconds` }
    }
    return { kind: 'samples', pcm: rate === sampleRate ? mono : resample(mono, rate, sampleRate) }
  } catch (error) {
    return failure(name, error)
  }
}

const failure = (name: string, error: unknown): AudioFailure => ({
  kind: 'audio-failure',
  text: `${name} cannot be read as audio: ${error instanceof Error ? error.message : String(error)}`,
})

/** G.711 and IMA ADPCM files become 16-bit first. */
function expand(wav: InstanceType<typeof wavefile.WaveFile>): void {
  if (wav.bitDepth === '8m') wav.fromMuLaw()
  else if (wav.bitDepth === '8a') wav.fromALaw()
  else if (wav.bitDepth === '4') wav.fromIMAADPCM()
}

/** Mean of the channels; wavefile gives one array for mono and an array of arrays otherwise. */
function mixDown(samples: unknown): Int16Array {
  if (!Array.isArray(samples)) return Int16Array.from(samples as Float64Array)
  const channels = samples as Float64Array[]
  const length = channels[0]?.length ?? 0
  const mono = new Int16Array(length)
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (const channel of channels) sum += channel[i] ?? 0
    mono[i] = Math.round(sum / channels.length)
  }
  return mono
}

function resample(samples: Int16Array, rate: number, targetRate: number): Int16Array {
  const wav = new wavefile.WaveFile()
  wav.fromScratch(1, rate, '16', samples)
  wav.toSampleRate(targetRate, { method: 'sinc' })
  const out = wav.getSamples(false) as unknown as Float64Array
  return Int16Array.from(out, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value))))
}
