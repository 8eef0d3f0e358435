import type { ChecksumState } from '../network/checksum.js'

/** What is known of the frame that octets of a stream came in. */
export interface Segment {
  /** All fragments when IP had cut it. */
  readonly frames: readonly number[]
  readonly atMs: number
  readonly ttl: number
  readonly checksum: ChecksumState
  readonly interfaceIndex: number
}

/** Frames of a message that is not complete: those of its segments, without repetition. */
export class FrameList {
  #frames: number[] = []
  firstAtMs = 0

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  add({ frames, atMs }: Segment): void {
    if (this.isEmpty) this.firstAtMs = atMs
    this.firstAtMs = Math.min(this.firstAtMs, atMs)
    for (const frame of frames) if (!this.#frames.includes(frame)) this.#frames.push(frame)
  }

  /** Gives the frames away, ascending, and starts anew. */
  take(): number[] {
    const frames = this.#frames.sort((a, b) => a - b)
    this.#frames = []
    return frames
  }
}
