import { symbolMs, toneHz } from './mark-format.js'

/** Peak of the tones: -15 dBov, so that a gateway that raises levels by 6 dB clips nothing. */
const amplitude = 8_192

/**
 * Samples of tones one after the other. Every tone has whole cycles in its 40 ms, so that it begins where the one before
 * it ended and pieces can be put together in any order.
 */
export function toneSamples(tones: ArrayLike<number>, rate: number): Int16Array {
  const length = (symbolMs * rate) / 1000
  const samples = new Int16Array(tones.length * length)
  for (let index = 0; index < tones.length; index++) {
    const step = (2 * Math.PI * toneHz(tones[index] ?? 0)) / rate
    for (let i = 0; i < length; i++) samples[index * length + i] = Math.round(amplitude * Math.sin(step * i))
  }
  return samples
}
