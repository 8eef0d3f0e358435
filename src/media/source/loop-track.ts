import type { AudioTrack } from './audio-track.js'

const nothing = new Uint8Array(0)

/** Goes round a shared loop of payloads from a place of its own. */
export class LoopTrack implements AudioTrack {
  readonly kind = 'track'
  readonly ptimeMs: number | undefined
  readonly frames: readonly Uint8Array[]
  #place: number

  constructor(frames: readonly Uint8Array[], ptimeMs: number | undefined, firstFrame: number) {
    this.frames = frames
    this.ptimeMs = ptimeMs
    this.#place = firstFrame
  }

  get place(): number {
    return this.#place
  }

  next(): Uint8Array {
    const frame = this.frames[this.#place]
    this.skip()
    return frame ?? nothing
  }

  skip(): void {
    this.#place = this.#place + 1 < this.frames.length ? this.#place + 1 : 0
  }
}
