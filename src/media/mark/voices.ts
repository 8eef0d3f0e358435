import type { Voice } from '../../model/record.js'
import { DelayLog } from './delay-log.js'
import type { HeardMark } from './mark-detector.js'
import { momentModulus } from './mark-format.js'

/** Of one stream; more would be a conference. */
const mostVoices = 8
/** Senders of doubtful marks that are remembered, to see whether they come again. */
const rememberedDoubts = 4
/** A mark that seems to arrive just before it was sent tells of clocks that differ, not of four seconds. */
const earliestMs = -96

class HeardVoice {
  readonly sender: number
  marks = 0
  firstMs: number
  lastMs: number
  readonly delays = new DelayLog()

  constructor(sender: number, heardMs: number) {
    this.sender = sender
    this.firstMs = heardMs
    this.lastMs = heardMs
  }
}

/** Whose marks were heard. A mark that was hard to make out counts only where its sender is heard twice. */
export class Voices {
  readonly #voices: HeardVoice[] = []
  readonly #doubts: HeardVoice[] = []

  /** A mark whose first sample arrived at clock time `heardMs`, which is `wallMs` on the wall clock. */
  add(mark: HeardMark, heardMs: number, wallMs: number): void {
    const isSender = ({ sender }: HeardVoice) => sender === mark.sender
    const known = this.#voices.find(isSender)
    const doubted = known ? undefined : this.#doubts.find(isSender)
    const voice = known ?? doubted ?? new HeardVoice(mark.sender, heardMs)
    voice.marks++
    voice.lastMs = heardMs
    voice.delays.add(delayOf(wallMs, mark.moment))
    if (known) return
    if (doubted || mark.isSure) this.#open(voice)
    else this.#doubt(voice)
  }

  #open(voice: HeardVoice): void {
    if (this.#voices.length < mostVoices) this.#voices.push(voice)
  }

  #doubt(voice: HeardVoice): void {
    if (this.#doubts.length === rememberedDoubts) this.#doubts.shift()
    this.#doubts.push(voice)
  }

  report(): Voice[] {
    return this.#voices.map(({ sender, marks, firstMs, lastMs, delays }) => {
      return { sender, marks, firstMs, lastMs, delaysMs: delays.values() }
    })
  }
}

/** Time from the moment that a mark tells, modulo 4096, to `wallMs`. */
export function delayOf(wallMs: number, moment: number): number {
  const delay = (((wallMs - moment) % momentModulus) + momentModulus) % momentModulus
  return delay < momentModulus + earliestMs ? delay : delay - momentModulus
}
