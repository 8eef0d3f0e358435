import type { Rng } from '../../base/rng.js'
import type { AudioTrack, MarkSource, PayloadRow } from '../source/audio-track.js'
import type { MarkAlphabet } from './mark-alphabet.js'
import { markMs, markSymbols, symbolMs, writeMark } from './mark-format.js'
import type { Speaker } from './speaker.js'

/** The source plays for so long between two marks: drawn anew each time, so that marks of two calls do not stay abreast. */
const shortestPauseMs = 900
export const longestPauseMs = 1300

/** An array for each packet of a mark would cost a call more than all else that is made for its audio. */
let wholeMark: Uint8Array = new Uint8Array(16_384)

function withRoom(bytes: Uint8Array, length: number): Uint8Array {
  if (length <= bytes.length) return bytes
  const larger = new Uint8Array(2 * length)
  larger.set(bytes)
  return larger
}

export interface MarkedTrackParts {
  readonly alphabet: MarkAlphabet
  /** What plays between the marks. */
  readonly source: AudioTrack
  readonly ptimeMs: number
  readonly speaker: Speaker
  readonly rng: Rng
}

/** A track that begins with a mark and repeats it about every two seconds; the source plays in between. */
export class MarkedTrack implements AudioTrack, MarkSource {
  readonly kind = 'track'
  readonly #parts: MarkedTrackParts
  readonly #tones = new Uint8Array(markSymbols)
  readonly #unitsPerSymbol: number
  readonly #lastUnit: number
  readonly #units: Uint8Array[]
  readonly #packet: Uint8Array
  /** Units of the mark that are sent or passed over; none is in progress at its end. */
  #unit: number
  #pauseLeftMs = 0

  constructor(parts: MarkedTrackParts) {
    const { alphabet, ptimeMs } = parts
    this.#parts = parts
    this.#unitsPerSymbol = symbolMs / alphabet.unitMs
    this.#lastUnit = markSymbols * this.#unitsPerSymbol
    this.#unit = this.#lastUnit
    this.#units = new Array(ptimeMs / alphabet.unitMs).fill(noPayload)
    this.#packet = this.#units.length > 1 ? new Uint8Array(alphabet.longestPayload(ptimeMs)) : noPayload
  }

  get frames(): readonly Uint8Array[] {
    return this.#parts.source.frames
  }

  get place(): number {
    return this.#parts.source.place
  }

  get marks(): MarkSource {
    return this
  }

  /** One in progress is given up. */
  whole(atMs: number): PayloadRow {
    this.#begin(atMs)
    const lengths = new Uint32Array(Math.ceil(this.#lastUnit / this.#units.length))
    let end = 0
    for (let index = 0; index < lengths.length; index++) {
      const packet = this.#nextPacket()
      lengths[index] = packet.length
      wholeMark = withRoom(wholeMark, end + packet.length)
      wholeMark.set(packet, end)
      end += packet.length
    }
    this.#pauseLeftMs = 0
    return { bytes: wholeMark.subarray(0, end), lengths }
  }

  pauseMs(): number {
    return this.#parts.rng.integer(shortestPauseMs, longestPauseMs)
  }

  next(atMs: number): Uint8Array {
    this.#parts.speaker.spoke(atMs)
    if (this.#unit >= this.#lastUnit) {
      if (this.#pauseLeftMs > 0) {
        this.#pauseLeftMs -= this.#parts.ptimeMs
        return this.#parts.source.next(atMs)
      }
      this.#begin(atMs)
    }
    const packet = this.#nextPacket()
    this.#endWhenDone()
    return packet
  }

  /** A mark with a hole would be hard to make out: it is given up, and another one comes first thereafter. */
  skip(): void {
    if (this.#unit < this.#lastUnit) {
      this.#unit = this.#lastUnit
      this.#pauseLeftMs = 0
      return
    }
    this.#pauseLeftMs -= this.#parts.ptimeMs
    this.#parts.source.skip()
  }

  #begin(atMs: number): void {
    const { sender, wallOffsetMs } = this.#parts.speaker
    writeMark(this.#tones, sender, atMs + wallOffsetMs)
    this.#unit = 0
  }

  #nextPacket(): Uint8Array {
    const units = this.#units
    for (let index = 0; index < units.length; index++) units[index] = this.#nextUnit()
    const [first = noPayload] = units
    return units.length === 1 ? first : this.#packet.subarray(0, this.#parts.alphabet.join(units, this.#packet))
  }

  /** What is left of the last packet of a mark is filled with its last tone. */
  #nextUnit(): Uint8Array {
    const unit = Math.min(this.#unit++, this.#lastUnit - 1)
    const symbol = Math.floor(unit / this.#unitsPerSymbol)
    const former = symbol === 0 ? -1 : (this.#tones[symbol - 1] ?? -1)
    return this.#parts.alphabet.unit(former, this.#tones[symbol] ?? 0, unit % this.#unitsPerSymbol)
  }

  #endWhenDone(): void {
    if (this.#unit < this.#lastUnit) return
    this.#parts.speaker.marks++
    this.#pauseLeftMs = this.pauseMs()
  }
}

const noPayload = new Uint8Array(0)

/** Longest time from the start of one mark to the end of the next: whoever listens so long hears a whole one. */
export const longestWaitMs = 2 * markMs + longestPauseMs + symbolMs
