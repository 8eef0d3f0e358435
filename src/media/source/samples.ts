import type { AudioSource } from '../../model/scenario.js'
import { speechSamples } from './speech.js'
import { loadWav } from './wav.js'

export const sampleRate = 8000

export interface AudioFailure {
  readonly kind: 'audio-failure'
  readonly text: string
}

export interface Samples {
  readonly kind: 'samples'
  /** 16-bit mono at 8 kHz, played in a loop. */
  readonly pcm: Int16Array
}

const loaded = new Map<string, Samples | AudioFailure>()

export const sourceKey = (source: AudioSource): string => (source.kind === 'wav' ? `wav:${source.file}` : source.kind)

/** The samples of a source, made or read once. Check a WAV here before load starts: reading it takes its time. */
export function loadSamples(source: AudioSource): Samples | AudioFailure {
  const key = sourceKey(source)
  const known = loaded.get(key)
  if (known) return known
  const samples = readSource(source)
  loaded.set(key, samples)
  return samples
}

function readSource(source: AudioSource): Samples | AudioFailure {
  switch (source.kind) {
    case 'speech':
      return { kind: 'samples', pcm: speechSamples() }
    case 'silence':
      return { kind: 'samples', pcm: new Int16Array(sampleRate) }
    case 'wav':
      return loadWav(source.file)
  }
}
