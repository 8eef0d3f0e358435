import { hopMs } from './tone-bank.js'

/** Mean square of -56 dBov: louder than the idle noise of any codec, softer than speech that lost 20 dB. */
const audible = 2700

/** How much of the audio could be heard, and the longest time in which nothing could. */
export class Loudness {
  audibleMs = 0
  longestSilenceMs = 0
  /** Place of the first audible 10 ms. */
  firstAudible: number | undefined
  #silenceMs = 0

  /** Takes 10 ms of audio. */
  add(meanSquare: number, startMs: number): void {
    if (meanSquare >= audible) {
      this.firstAudible ??= startMs
      this.audibleMs += hopMs
      this.#silenceMs = 0
    } else if (this.firstAudible !== undefined) {
      this.#silenceMs += hopMs
      if (this.#silenceMs > this.longestSilenceMs) this.longestSilenceMs = this.#silenceMs
    }
  }

  /** The audio is not expected to go on where it was. */
  pause(): void {
    this.#silenceMs = 0
  }
}
