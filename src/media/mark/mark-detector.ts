import { decodeMark, isSure, markShift } from './mark-decoder.js'
import { markSymbols, momentOfWord, senderOf } from './mark-format.js'
import { wordLength } from './reed-solomon.js'
import { hopMs, hopSamples } from './tone-bank.js'
import { hopsPerSymbol, ToneShares } from './tone-shares.js'

/** A mark that was found. The object is used again for the next one. */
export interface HeardMark {
  sender: number
  /** Wall-clock milliseconds at which its first packet was due, modulo 4096. */
  moment: number
  /** Where it begins: milliseconds of audio since the detector's first sample. */
  startMs: number
  /** Share of the audio's energy that lay in the tones of the mark, 0 to 1. */
  purity: number
  /** Hardly a tone was misheard; otherwise one mark in a hundred is another one than was sent. */
  isSure: boolean
}

/** Told of every 10 ms of audio and of every mark, the mark about a second after it ended. */
export interface AudioObserver {
  onMark(mark: HeardMark): void
  /** Mean square of the samples of the hop that begins at `startMs`. */
  onLevel(meanSquare: number, startMs: number): void
}

/** From the first hop of a mark to its last. */
const lengthHops = markSymbols * hopsPerSymbol
/** After so many hops the last tone has passed out of the window. */
const fadeHops = hopsPerSymbol

/** What follows the end: a mark is sometimes found a hop or two late. */
const silence = new Int16Array(2 * fadeHops * hopSamples)

/**
 * Finds marks in a stream of audio at 8 kHz: after every 10 ms it looks whether one has just ended. A find waits for the
 * length of a mark, as a better one that overlaps it may show it to be a shifted image. The cost is that of the tones'
 * shares, whatever is heard.
 */
export class MarkDetector {
  readonly #observer: AudioObserver
  readonly #hop = new Int16Array(hopSamples)
  readonly #shares = new ToneShares()
  #filled = 0
  /** Last hop of the best find; -1 when there is none. */
  #foundHop = -1
  #foundPurity = 0
  #foundShift = 0
  #isFoundSure = false
  readonly #foundWord = new Uint8Array(wordLength)
  readonly #word = new Uint8Array(wordLength)
  readonly #mark: HeardMark = { sender: 0, moment: 0, startMs: 0, purity: 0, isSure: false }

  constructor(observer: AudioObserver) {
    this.#observer = observer
  }

  /** Audio taken so far, in milliseconds. */
  get positionMs(): number {
    return (this.#shares.hops + this.#filled / hopSamples) * hopMs
  }

  push(samples: Int16Array, count = samples.length): void {
    const hop = this.#hop
    let at = 0
    while (at < count) {
      // Packets are whole hops nearly always.
      if (this.#filled === 0 && count - at >= hopSamples) {
        this.#takeHop(samples, at)
        at += hopSamples
        continue
      }
      hop[this.#filled++] = samples[at++] ?? 0
      if (this.#filled < hopSamples) continue
      this.#filled = 0
      this.#takeHop(hop, 0)
    }
  }

  /** The audio ends here: a mark that ended with it is told. */
  finish(): void {
    this.push(silence)
    if (this.#foundHop >= 0) this.#tell()
  }

  #takeHop(samples: Int16Array, from: number): void {
    const shares = this.#shares
    const hop = shares.hops
    this.#observer.onLevel(shares.take(samples, from), hop * hopMs)
    if (hop >= lengthHops - fadeHops) this.#seek(hop)
    if (this.#foundHop < 0) return
    const age = hop - this.#foundHop
    if (age === fadeHops) this.#foundShift = markShift(shares, this.#foundHop, this.#foundWord)
    if (age >= lengthHops) this.#tell()
  }

  #seek(lastHop: number): void {
    const purity = decodeMark(this.#shares, lastHop, this.#word)
    if (purity <= this.#foundPurity) return
    this.#foundHop = lastHop
    this.#foundPurity = purity
    this.#isFoundSure = isSure()
    this.#foundWord.set(this.#word)
  }

  #tell(): void {
    const mark = this.#mark
    mark.sender = senderOf(this.#foundWord)
    mark.moment = momentOfWord(this.#foundWord)
    mark.purity = this.#foundPurity
    mark.isSure = this.#isFoundSure
    mark.startMs = (this.#foundHop - lengthHops + 1 + this.#foundShift) * hopMs
    this.#foundHop = -1
    this.#foundPurity = 0
    this.#observer.onMark(mark)
  }
}
