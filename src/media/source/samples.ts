import type { AudioSource } from '../../model/scenario.js'
import { speechSamples } from './speech.js'
import { loadWav } from './wav.js'

export interface AudioFailure {
  readonly kind: 'audio-failure'
  readonly text: string
}

export interface Samples {
  readonly kind: 'samples'
  /** 16-bit mono at the rate that was asked for, played in a loop. */
  readonly pcm: Int16Array
}

const loaded = new Map<string, Samples | AudioFailure>()

/** What is encoded as it is sent. */
export type SampledSource = Extract<AudioSource, { kind: 'speech' | 'silence' | 'wav' }>

export const sourceKey = (source: SampledSource): string => (source.kind === 'wav' ? `wav:${source.file}` : source.kind)

/**
 * The samples of a source at so many a second, made or read once for each rate. Check a WAV here before load starts:
 * reading it takes its time.
 */
export function loadSamples(source: SampledSource, sampleRate: number): Samples | AudioFailure {
  const key = `${sampleRate}/${sourceKey(source)}`
  const known = loaded.get(key)
  if (known) return known
  const samples = readSource(source, sampleRate)
  loaded.set(key, samples)
  return samples
}

function readSource(source: SampledSource, sampleRate: number): Samples | AudioFailure {
  switch (source.kind) {
    case 'speech':
      return { kind: 'samples', pcm: speechSamples(sampleRate) }
    case 'silence':
      return { kind: 'samples', pcm: new Int16Array(sampleRate) }
    case 'wav':
      return loadWav(source.file, sampleRate)
  }
}
