import { markSymbols, symbolMs, toneCount } from './mark-format.js'
import { hopMs, hopSamples, measureHop } from './tone-bank.js'

export const hopsPerSymbol = symbolMs / hopMs
/** A share of the whole: a window that holds nothing but that tone. */
export const fullShare = 255
/** A power of two that holds a mark and the four hops on either side of it. */
const ringHops = 128
/** Energy of a window below this (RMS of 4, -78 dBov) is silence: its tones mean nothing. */
const silentEnergy = hopsPerSymbol * hopSamples * 16
const spectrumSize = 2 * toneCount

/**
 * How much of the last 40 ms lay in each of the 16 tones, every 10 ms, remembered as one byte a tone for as long as a mark
 * takes. Shares are of amplitude: the square root of the share of energy.
 */
export class ToneShares {
  /** Spectra of the last four hops, real parts before imaginary ones, and their energies. */
  readonly #spectra = new Float64Array(hopsPerSymbol * spectrumSize)
  readonly #energies = new Float64Array(hopsPerSymbol)
  readonly #shares = new Uint8Array(ringHops * toneCount)
  /** Hops taken so far. */
  hops = 0

  /** Takes 10 ms of audio at 8 kHz, which begin at `from`, and returns the mean square of its samples. */
  take(samples: Int16Array, from: number): number {
    const slot = this.hops % hopsPerSymbol
    const hopEnergy = measureHop(samples, from, this.#spectra, slot * spectrumSize)
    this.#energies[slot] = hopEnergy
    let energy = 0
    for (let part = 0; part < hopsPerSymbol; part++) energy += this.#energies[part] ?? 0
    const row = (this.hops++ % ringHops) * toneCount
    if (energy < silentEnergy) this.#shares.fill(0, row, row + toneCount)
    else this.#noteShares(row, energy)
    return hopEnergy / hopSamples
  }

  /** Share of a tone in the place `position` of a mark whose last tone ends with hop number `lastHop`. */
  at(lastHop: number, position: number, tone: number): number {
    const hop = lastHop - (markSymbols - 1 - position) * hopsPerSymbol
    return this.#shares[(hop & (ringHops - 1)) * toneCount + tone] ?? 0
  }

  #noteShares(row: number, energy: number): void {
    const spectra = this.#spectra
    // A steady tone of amplitude a in n samples has |X| = a n / 2 and the energy n a^2 / 2.
    const scale = fullShare * Math.sqrt(2 / (hopsPerSymbol * hopSamples * energy))
    for (let tone = 0; tone < toneCount; tone++) {
      let real = 0
      let imaginary = 0
      for (let at = tone; at < spectra.length; at += spectrumSize) {
        real += spectra[at] ?? 0
        imaginary += spectra[at + toneCount] ?? 0
      }
      this.#shares[row + tone] = Math.min(fullShare, scale * Math.sqrt(real * real + imaginary * imaginary))
    }
  }
}
