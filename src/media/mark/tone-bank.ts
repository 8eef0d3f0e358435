import { lowestToneHz, toneCount, toneSpacingHz } from './mark-format.js'

/** Of all listening; other rates are brought to it first. */
export const listeningRate = 8000
export const hopMs = 10
export const hopSamples = (listeningRate * hopMs) / 1000

const half = hopSamples / 2
const quarter = hopSamples / 4
const lowestBin = (lowestToneHz * hopMs) / 1000
const binStep = (toneSpacingHz * hopMs) / 1000

/** Tones that are measured in one pass over the hop: every other one, since those share what the hop was folded to. */
const together = 4
const passes = toneCount / together
const stride = 2 * together
/** For each pass and sample of a quarter the cosines of its tones, then their sines. */
const waves = new Float64Array(passes * (quarter + 1) * stride)

/** The first tone of a pass; the others are two, four and six above it. */
const firstTone = (pass: number): number => (pass >> 1) * stride + (pass & 1)
const bin = (tone: number): number => lowestBin + binStep * tone

for (let pass = 0; pass < passes; pass++) {
  for (let n = 0; n <= quarter; n++) {
    for (let i = 0; i < together; i++) {
      const angle = (2 * Math.PI * bin(firstTone(pass) + 2 * i) * n) / hopSamples
      const at = (pass * (quarter + 1) + n) * stride + i
      waves[at] = Math.cos(angle)
      waves[at + together] = Math.sin(angle)
    }
  }
}

/** What the hop is folded to, for even and for odd bins: parts of the cosines, each followed by that of the sines. */
const evenParts = new Float64Array(2 * (quarter + 1))
const oddParts = new Float64Array(2 * (quarter + 1))

/**
 * Spectrum of one hop of 10 ms, which begins at `from`, at the 16 tones of the mark, which all have whole cycles in a hop.
 * Writes real and imaginary parts from `offset` on and returns the energy of the samples. Both halves and both quarters of
 * the hop share their sines and cosines but for signs, so that a tone costs 41 multiplications instead of 160.
 */
export function measureHop(samples: Int16Array, from: number, into: Float64Array, offset: number): number {
  const energy = fold(samples, from)
  for (let pass = 0; pass < passes; pass++) {
    const tone = firstTone(pass)
    measureTones(bin(tone) % 2 === 0 ? evenParts : oddParts, pass * (quarter + 1) * stride, into, offset + tone)
  }
  return energy
}

/** Four sums of each kind at a time: one addition need not wait for the one before. */
function measureTones(parts: Float64Array, wave: number, into: Float64Array, offset: number): void {
  let [realA, realB, realC, realD] = [0, 0, 0, 0]
  let [imaginaryA, imaginaryB, imaginaryC, imaginaryD] = [0, 0, 0, 0]
  for (let n = 0, at = wave; n < parts.length; n += 2, at += stride) {
    const cosine = parts[n] ?? 0
    const sine = parts[n + 1] ?? 0
    realA += cosine * (waves[at] ?? 0)
    realB += cosine * (waves[at + 1] ?? 0)
    realC += cosine * (waves[at + 2] ?? 0)
    realD += cosine * (waves[at + 3] ?? 0)
    imaginaryA += sine * (waves[at + 4] ?? 0)
    imaginaryB += sine * (waves[at + 5] ?? 0)
    imaginaryC += sine * (waves[at + 6] ?? 0)
    imaginaryD += sine * (waves[at + 7] ?? 0)
  }
  into[offset] = realA
  into[offset + 2] = realB
  into[offset + 4] = realC
  into[offset + 6] = realD
  into[offset + toneCount] = imaginaryA
  into[offset + toneCount + 2] = imaginaryB
  into[offset + toneCount + 4] = imaginaryC
  into[offset + toneCount + 6] = imaginaryD
}

/** With w = 2 pi k / 80: cos(w(80-n)) = cos(wn), sin(w(80-n)) = -sin(wn); cos(w(40-n)) = (-1)^k cos(wn) and so on. */
function fold(samples: Int16Array, from: number): number {
  const first = samples[from] ?? 0
  const middle = samples[from + half] ?? 0
  evenParts[0] = first + middle
  oddParts[0] = first - middle
  let energy = first * first + middle * middle
  for (let n = 1; n <= quarter; n++) {
    const a = samples[from + n] ?? 0
    const b = samples[from + half - n] ?? 0
    const c = samples[from + half + n] ?? 0
    const d = samples[from + hopSamples - n] ?? 0
    // The samples in the middle of each half have no partner.
    const weight = n === quarter ? 0.5 : 1
    evenParts[2 * n] = (a + d + b + c) * weight
    oddParts[2 * n] = (a + d - b - c) * weight
    evenParts[2 * n + 1] = (a - d - b + c) * weight
    oddParts[2 * n + 1] = (a - d + b - c) * weight
    energy += (a * a + b * b + c * c + d * d) * weight
  }
  return energy
}
