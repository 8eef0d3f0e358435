/*
 *  RFC 4733 2.3
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     event     |E|R| volume    |          duration             |
 */
export const eventPayloadBytes = 4

const endBit = 0x80
/** -10 dBm0, the level of a DTMF tone on a phone line. */
const volume = 10
const longestDuration = 0xffff
const endPackets = 3
/** So far back an older event is one that was overtaken. */
const latestStragglerMs = 2000
/** Payload types that we offer, one for each clock rate that audio may have (RFC 4733 2.1). */
export const eventPayloadTypes: Readonly<Record<number, number>> = { 8000: 101, 16000: 113, 48000: 110 }
const digitsByEvent = '0123456789*#ABCD'

/** The event code of a digit; undefined when it is none of 0-9 * # A-D. */
export function eventOf(digit: string): number | undefined {
  const event = digitsByEvent.indexOf(digit.toUpperCase())
  return digit.length === 1 && event >= 0 ? event : undefined
}

export const digitOf = (event: number): string | undefined => digitsByEvent[event]

/** What the stream sends in the next packet time. */
export type EventStep = 'audio' | 'event'

/**
 * Sends queued digits as RFC 4733 events: one update every packet time with the timestamp of the event's start and a
 * growing duration, the marker on the first, and the last packet three times with the end bit (2.5.1.4).
 */
export class EventSender {
  #queue: number[] = []
  #toneMs = 0
  #pauseMs = 0
  #pauseLeftMs = 0
  #event = -1
  #durationMs = 0
  #endsLeft = 0
  /** RTP timestamp of the event in progress. */
  timestamp = 0
  /** Set on the first packet of an event. */
  marker = false

  get idle(): boolean {
    return this.#event < 0 && this.#queue.length === 0 && this.#pauseLeftMs === 0
  }

  /** Unknown digits are left out. */
  push(digits: string, toneMs: number, pauseMs: number): void {
    for (const digit of digits) {
      const event = eventOf(digit)
      if (event !== undefined) this.#queue.push(event)
    }
    this.#toneMs = Math.max(toneMs, 1)
    this.#pauseMs = pauseMs
  }

  /**
   * Decides on the packet for the frame of `frameMs` that starts at `timestamp`, and writes its event payload at
   * `offset`; the duration is in units of the timestamp.
   */
  next(timestamp: number, frameMs: number, unitsPerMs: number, into: Uint8Array, offset: number): EventStep {
    this.marker = false
    if (this.#event < 0 && !this.#begin(timestamp, frameMs)) return 'audio'
    if (this.#endsLeft === 0) {
      const toneMs = Math.min(this.#toneMs, longestDuration / unitsPerMs)
      this.#durationMs = Math.min(this.#durationMs + frameMs, toneMs)
      if (this.#durationMs === toneMs) this.#endsLeft = endPackets
    }
    const duration = Math.round(this.#durationMs * unitsPerMs)
    into[offset] = this.#event
    into[offset + 1] = this.#endsLeft > 0 ? endBit | volume : volume
    into[offset + 2] = duration >>> 8
    into[offset + 3] = duration
    if (this.#endsLeft > 0 && --this.#endsLeft === 0) {
      this.#event = -1
      this.#pauseLeftMs = this.#pauseMs
    }
    return 'event'
  }

  #begin(timestamp: number, frameMs: number): boolean {
    if (this.#pauseLeftMs > 0) {
      this.#pauseLeftMs = Math.max(0, this.#pauseLeftMs - frameMs)
      return false
    }
    const event = this.#queue.shift()
    if (event === undefined) return false
    this.#event = event
    this.#durationMs = 0
    this.#endsLeft = 0
    this.timestamp = timestamp
    this.marker = true
    return true
  }
}

/**
 * Recognises events: a digit counts once an event's first packet arrives, whichever that is, so that lost packets cost
 * no digit and repeated ends give no second one. Events are told apart by their timestamp (RFC 4733 2.1).
 */
export class EventReceiver {
  #timestamp = -1
  #event = -1
  digits = ''

  /** Takes the payload of an event packet; true when a new digit began. */
  push(bytes: Uint8Array, start: number, end: number, timestamp: number, unitsPerMs: number): boolean {
    if (end - start < eventPayloadBytes) return false
    const event = bytes[start] ?? 0
    const digit = digitOf(event)
    if (digit === undefined || (timestamp === this.#timestamp && event === this.#event)) return false
    // A packet of an earlier event that arrives late starts nothing.
    const behind = (this.#timestamp - timestamp) | 0
    if (this.#timestamp >= 0 && behind > 0 && behind < latestStragglerMs * unitsPerMs) return false
    this.#timestamp = timestamp
    this.#event = event
    this.digits += digit
    return true
  }

  /** A new source numbers its timestamps anew. */
  restart(): void {
    this.#timestamp = -1
    this.#event = -1
  }
}
