import { Rng } from '../../base/rng.js'

/** RMS of the whole loop: -20 dB against 32768 (dBov of ITU-T G.100.1). */
const targetRms = 3276.8
const phrases = 6
const syllablesInPhrase = 8
/** Between phrases; longer silences could be taken for one-way audio. */
const pauseMs = 240

/** First three formants of five vowels in Hz. */
const vowels = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const

/** A resonance of the vocal tract: two poles. */
class Resonator {
  #a = 0
  #b = 0
  #gain = 0
  #last = 0
  #beforeLast = 0
  readonly #rate: number

  constructor(rate: number) {
    this.#rate = rate
  }

  tune(frequencyHz: number, bandwidthHz: number): void {
    const radius = Math.exp((-Math.PI * bandwidthHz) / this.#rate)
    this.#a = 2 * radius * Math.cos((2 * Math.PI * frequencyHz) / this.#rate)
    this.#b = -radius * radius
    this.#gain = 1 - radius
  }

  next(input: number): number {
    const out = this.#gain * input + this.#a * this.#last + this.#b * this.#beforeLast
    this.#beforeLast = this.#last
    this.#last = out
    return out
  }
}

/**
 * Built-in audio: about 14 s that behave like speech for codecs, voice detectors and level meters. Phrases of syllables
 * (a noisy onset, then a voiced vowel with formants and falling pitch) with pauses of 240 ms, the same in every run and
 * with the same syllables at every rate.
 */
export function speechSamples(rate: number): Int16Array {
  const rng = new Rng(20_000, 'speech')
  const speaker: Speaker = {
    rate,
    noise: rng.fork('noise'),
    tract: [new Resonator(rate), new Resonator(rate), new Resonator(rate)],
    wave: [],
  }
  for (let phrase = 0; phrase < phrases; phrase++) {
    for (let syllable = 0; syllable < syllablesInPhrase; syllable++) {
      speakSyllable(speaker, {
        pitchHz: 140 - 40 * (syllable / syllablesInPhrase) + rng.integer(-6, 6),
        onsetMs: rng.integer(30, 60),
        vowelMs: rng.integer(160, 240),
        formants: vowels[rng.integer(0, vowels.length - 1)] ?? vowels[0],
      })
    }
    for (let i = 0; i < (pauseMs * rate) / 1000; i++) speaker.wave.push(0)
  }
  return scale(speaker.wave)
}

interface Speaker {
  readonly rate: number
  readonly noise: Rng
  readonly tract: readonly Resonator[]
  readonly wave: number[]
}

interface Syllable {
  readonly pitchHz: number
  readonly onsetMs: number
  readonly vowelMs: number
  readonly formants: readonly [number, number, number]
}

function speakSyllable({ rate, noise, tract, wave }: Speaker, syllable: Syllable): void {
  const onset = syllable.onsetMs * (rate / 1000)
  const vowel = syllable.vowelMs * (rate / 1000)
  const rising = 30 * (rate / 1000)
  for (const [index, resonator] of tract.entries()) resonator.tune(syllable.formants[index] ?? 500, 60 + 40 * index)
  for (let i = 0; i < onset; i++) wave.push(0.02 * (noise.next() - 0.5) * Math.sin((Math.PI * i) / onset))
  let phase = 0
  for (let i = 0; i < vowel; i++) {
    phase += syllable.pitchHz / rate
    const pulse = phase >= 1 ? 1 : 0
    phase -= pulse
    const excitation = pulse + 0.01 * (noise.next() - 0.5)
    let sample = 0
    for (const resonator of tract) sample += resonator.next(excitation)
    // Rises within 30 ms, falls over the last third.
    const rise = Math.min(1, i / rising)
    const fall = Math.min(1, (3 * (vowel - i)) / vowel)
    wave.push(sample * rise * fall)
  }
}

function scale(wave: readonly number[]): Int16Array {
  let energy = 0
  for (const value of wave) energy += value * value
  const gain = targetRms / Math.sqrt(energy / wave.length)
  return Int16Array.from(wave, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * gain))))
}
