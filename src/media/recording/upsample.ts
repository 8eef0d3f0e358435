/**
 * The same audio at a higher sampling rate, by straight lines between samples: quick, and good enough for listening to
 * two legs of different codecs side by side.
 */
export function upsample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples
  const out = new Int16Array(Math.round((samples.length * to) / from))
  const step = from / to
  for (let i = 0; i < out.length; i++) {
    const place = i * step
    const index = Math.floor(place)
    const before = samples[index] ?? 0
    const after = samples[index + 1] ?? before
    out[i] = Math.round(before + (after - before) * (place - index))
  }
  return out
}
