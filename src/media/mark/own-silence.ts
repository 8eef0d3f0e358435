import type { AudioSource } from '../../model/scenario.js'
import { loadSamples, type SampledSource, sourceKey } from '../source/samples.js'
import { Loudness } from './loudness.js'
import { longestPauseMs } from './marked-track.js'
import { hopMs, hopSamples, listeningRate } from './tone-bank.js'

const known = new Map<string, number>()

/** Longest silence in what a stream with marks sends: that of its source, or the pause between marks where all is silent. */
export function ownSilenceMs(source: AudioSource): number {
  if (source.kind === 'choice') return Math.max(0, ...source.of.map(ownSilenceMs))
  if (source.kind === 'frames' || source.kind === 'capture') return longestPauseMs
  const key = sourceKey(source)
  const silenceMs = known.get(key) ?? measure(source)
  known.set(key, silenceMs)
  return silenceMs
}

function measure(source: SampledSource): number {
  const samples = loadSamples(source, listeningRate)
  if (samples.kind === 'audio-failure') return longestPauseMs
  const loudness = new Loudness()
  // Twice, since a silence may go on from the end of the loop to its start.
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at + hopSamples <= samples.pcm.length; at += hopSamples) {
      let energy = 0
      for (let i = at; i < at + hopSamples; i++) energy += (samples.pcm[i] ?? 0) ** 2
      loudness.add(energy / hopSamples, (at / hopSamples) * hopMs)
    }
  }
  return loudness.audibleMs === 0 ? longestPauseMs : Math.min(longestPauseMs, loudness.longestSilenceMs)
}
