import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { toneCount, toneHz } from '../../../src/media/mark/mark-format.js'
import { hopSamples, listeningRate, measureHop } from '../../../src/media/mark/tone-bank.js'

describe('the tone bank', () => {
  it('gives the discrete Fourier transform at its tones and the energy', () => {
    const rng = new Rng(9, 'hop')
    const samples = Int16Array.from({ length: hopSamples + 12 }, () => rng.integer(-32_768, 32_767))
    const hop = samples.subarray(5, 5 + hopSamples)
    const spectrum = new Float64Array(2 * toneCount + 3)
    const energy = measureHop(samples, 5, spectrum, 3)
    for (let tone = 0; tone < toneCount; tone++) {
      let real = 0
      let imaginary = 0
      for (let n = 0; n < hopSamples; n++) {
        const angle = (2 * Math.PI * toneHz(tone) * n) / listeningRate
        real += (hop[n] ?? 0) * Math.cos(angle)
        imaginary += (hop[n] ?? 0) * Math.sin(angle)
      }
      expect(spectrum[3 + tone]).toBeCloseTo(real, 4)
      expect(spectrum[3 + toneCount + tone]).toBeCloseTo(imaginary, 4)
    }
    expect(energy).toBe(hop.reduce((sum, sample) => sum + sample * sample, 0))
    expect([...spectrum.subarray(0, 3)]).toEqual([0, 0, 0])
  })
})
