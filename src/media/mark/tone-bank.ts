import { lowestToneHz, toneCount, toneSpacingHz } from './mark-format.js'

/** Of all listening; other rates are brought to it first. */
export const listeningRate = 8000
export const hopMs = 10
export const hopSamples = (listeningRate * hopMs) / 1000

const half = hopSamples / 2
const quarter = hopSamples / 4
const lowestBin = (lowestToneHz * hopMs) / 1000
const binStep = (toneSpacingHz * hopMs) / 1000

const cosines = new Float64Array(toneCount * (quarter + 1))
const sines = new Float64Array(toneCount * (quarter + 1))
for (let tone = 0; tone < toneCount; tone++) {
  for (let n = 0; n <= quarter; n++) {
    const angle = (2 * Math.PI * (lowestBin + binStep * tone) * n) / hopSamples
    cosines[tone * (quarter + 1) + n] = Math.cos(angle)
    sines[tone * (quarter + 1) + n] = Math.sin(angle)
  }
}

const evenCosine = new Float64Array(quarter + 1)
const oddCosine = new Float64Array(quarter + 1)
const evenSine = new Float64Array(quarter + 1)
const oddSine = new Float64Array(quarter + 1)

/**
 * Spectrum of one hop of 10 ms at the 16 tones of the mark, which all have whole cycles in a hop. Writes real and
 * imaginary parts from `offset` on and returns the energy of the samples. Both halves and both quarters of the hop share
 * their sines and cosines but for signs, so that a tone costs 41 multiplications instead of 160.
 */
export function measureHop(samples: Int16Array, into: Float64Array, offset: number): number {
  const energy = fold(samples)
  for (let tone = 0; tone < toneCount; tone++) {
    const even = (lowestBin + binStep * tone) % 2 === 0
    const cosineParts = even ? evenCosine : oddCosine
    const sineParts = even ? evenSine : oddSine
    const row = tone * (quarter + 1)
    let real = 0
    let imaginary = 0
    for (let n = 0; n <= quarter; n++) {
      real += (cosineParts[n] ?? 0) * (cosines[row + n] ?? 0)
      imaginary += (sineParts[n] ?? 0) * (sines[row + n] ?? 0)
    }
    into[offset + tone] = real
    into[offset + toneCount + tone] = imaginary
  }
  return energy
}

/** With w = 2 pi k / 80: cos(w(80-n)) = cos(wn), sin(w(80-n)) = -sin(wn); cos(w(40-n)) = (-1)^k cos(wn) and so on. */
function fold(samples: Int16Array): number {
  const first = samples[0] ?? 0
  const middle = samples[half] ?? 0
  evenCosine[0] = first + middle
  oddCosine[0] = first - middle
  let energy = first * first + middle * middle
  for (let n = 1; n <= quarter; n++) {
    const a = samples[n] ?? 0
    const b = samples[half - n] ?? 0
    const c = samples[half + n] ?? 0
    const d = samples[hopSamples - n] ?? 0
    // The samples in the middle of each half have no partner.
    const weight = n === quarter ? 0.5 : 1
    evenCosine[n] = (a + d + b + c) * weight
    oddCosine[n] = (a + d - b - c) * weight
    evenSine[n] = (a - d - b + c) * weight
    oddSine[n] = (a - d + b - c) * weight
    energy += (a * a + b * b + c * c + d * d) * weight
  }
  return energy
}
