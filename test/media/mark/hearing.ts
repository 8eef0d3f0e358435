import type { Decoder } from '../../../src/media/codec/codec.js'
import { codecs } from '../../../src/media/codec/registry.js'
import { Halver } from '../../../src/media/mark/halver.js'
import { toneSamples } from '../../../src/media/mark/mark-audio.js'
import { type HeardMark, MarkDetector } from '../../../src/media/mark/mark-detector.js'
import { markSymbols, writeMark } from '../../../src/media/mark/mark-format.js'
import type { CodecName } from '../../../src/model/codec.js'

export const rate = 8000

/** Samples of the mark of a sender. */
export function markSamples(sender: number, moment: number, sampleRate = rate): Int16Array {
  const tones = new Uint8Array(markSymbols)
  writeMark(tones, sender, moment)
  return toneSamples(tones, sampleRate)
}

/** Everything that a detector finds in the audio, which comes in pieces of odd sizes. */
export function marksIn(audio: Int16Array): HeardMark[] {
  const heard: HeardMark[] = []
  const detector = new MarkDetector({ onMark: (mark) => heard.push({ ...mark }), onLevel() {} })
  for (let at = 0; at < audio.length; at += 173) detector.push(audio.subarray(at, at + 173))
  detector.finish()
  return heard
}

/** Adds `audio` to `into`, from `at` on. */
export function mixInto(into: Int16Array, audio: Int16Array, at: number, gain = 1): void {
  for (let i = 0; i < audio.length && at + i < into.length; i++) {
    const sum = (into[at + i] ?? 0) + gain * (audio[i] ?? 0)
    into[at + i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
  }
}

export const decibels = (value: number): number => 10 ** (value / 20)

/** Decodes payloads of one codec and listens. */
export class Ears {
  readonly #marks: HeardMark[] = []
  readonly #detector = new MarkDetector({ onMark: (mark) => this.#marks.push({ ...mark }), onLevel() {} })
  readonly #halver = new Halver()
  readonly #decoder: Decoder
  readonly #halves: boolean
  readonly #samples = new Int16Array(5760)

  constructor(codec: CodecName) {
    const { coder } = codecs[codec]
    if (!coder) throw new Error(`${codec} is not decoded`)
    this.#halves = !coder.decodedRates.includes(rate)
    this.#decoder = coder.newDecoder(this.#halves ? 2 * rate : rate)
  }

  hear(payload: Uint8Array): void {
    const count = this.#decoder.decode(payload, this.#samples)
    this.#detector.push(this.#samples, this.#halves ? this.#halver.halve(this.#samples, count) : count)
  }

  finish(): HeardMark[] {
    this.#detector.finish()
    return this.#marks
  }
}
