/** Longest packet time believed when it is learned from timestamps. */
const longestFrameMs = 200
/** RFC 3550 A.1: steps of the sequence number beyond this are no loss. */
const maxDropout = 3000

/** What a packet tells about silence that its sender suppressed. */
export interface TalkspurtSigns {
  /** The marker: the first packet after silence (RFC 3551 4.1). */
  readonly marker: boolean
  /** It describes silence: comfort noise (RFC 3389), or a frame of a codec that suppresses it. */
  readonly silence: boolean
}

/**
 * Times between arrivals beyond what is due: the packet time, which is learned from the timestamps, and silence that was
 * suppressed, which is media time that no sequence number was spent on, before a packet that begins a talkspurt or after
 * one that describes silence. Pure.
 */
export class ArrivalGap {
  /** Packet time; as given until timestamps tell. */
  ptimeMs: number
  #sequence = -1
  #timestamp = 0
  #arrivalMs = Number.NaN
  #silence = false

  constructor(ptimeMs: number) {
    this.ptimeMs = ptimeMs
  }

  /** Another source or another clock: sequence and timestamps cannot be compared with those before. */
  restart(): void {
    this.#sequence = -1
  }

  /** The time until the next packet is no gap. */
  pause(): void {
    this.#arrivalMs = Number.NaN
  }

  /** The gap before this packet in ms; NaN when there was nothing before it. */
  push(sequence: number, timestamp: number, unitsPerMs: number, atMs: number, signs: TalkspurtSigns): number {
    const steps = this.#sequence < 0 ? 0 : (sequence - this.#sequence) & 0xffff
    const mediaMs = ((timestamp - this.#timestamp) | 0) / unitsPerMs
    const suppressed = signs.marker || this.#silence
    if (steps === 1 && !suppressed && mediaMs > 0 && mediaMs <= longestFrameMs) this.ptimeMs = mediaMs
    const inOrder = steps > 0 && steps < maxDropout
    const silentMs = suppressed && inOrder ? Math.max(0, mediaMs - steps * this.ptimeMs) : 0
    const gapMs = atMs - this.#arrivalMs - this.ptimeMs - silentMs
    this.#sequence = sequence
    this.#timestamp = timestamp
    this.#arrivalMs = atMs
    this.#silence = signs.silence
    return gapMs
  }
}
