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
/** Timestamp units (2 s) within which an older event is one that was overtaken. */
const latestStraggler = 16_000
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
  #toneUnits = 0
  #pauseUnits = 0
  #pauseLeft = 0
  #event = -1
  #duration = 0
  #endsLeft = 0
  /** RTP timestamp of the event in progress. */
  timestamp = 0
  /** Set on the first packet of an event. */
  marker = false

  get idle(): boolean {
    return this.#event < 0 && this.#queue.length === 0 && this.#pauseLeft === 0
  }

  /** Times are in timestamp units. Unknown digits are left out. */
  push(digits: string, toneUnits: number, pauseUnits: number): void {
    for (const digit of digits) {
      const event = eventOf(digit)
      if (event !== undefined) this.#queue.push(event)
    }
    this.#toneUnits = Math.min(Math.max(toneUnits, 1), longestDuration)
    this.#pauseUnits = pauseUnits
  }

  /** Decides on the packet for the frame that starts at `timestamp`, and writes its event payload at `offset`. */
  next(timestamp: number, frameUnits: number, into: Uint8Array, offset: number): EventStep {
    this.marker = false
    if (this.#event < 0 && !this.#begin(timestamp, frameUnits)) return 'audio'
    if (this.#endsLeft === 0) {
      this.#duration = Math.min(this.#duration + frameUnits, this.#toneUnits)
      if (this.#duration === this.#toneUnits) this.#endsLeft = endPackets
    }
    into[offset] = this.#event
    into[offset + 1] = this.#endsLeft > 0 ? endBit | volume : volume
    into[offset + 2] = this.#duration >>> 8
    into[offset + 3] = this.#duration
    if (this.#endsLeft > 0 && --this.#endsLeft === 0) {
      this.#event = -1
      this.#pauseLeft = this.#pauseUnits
    }
    return 'event'
  }

  #begin(timestamp: number, frameUnits: number): boolean {
    if (this.#pauseLeft > 0) {
      this.#pauseLeft = Math.max(0, this.#pauseLeft - frameUnits)
      return false
    }
    const event = this.#queue.shift()
    if (event === undefined) return false
    this.#event = event
    this.#duration = 0
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
  push(bytes: Uint8Array, start: number, end: number, timestamp: number): boolean {
    if (end - start < eventPayloadBytes) return false
    const event = bytes[start] ?? 0
    const digit = digitOf(event)
    if (digit === undefined || (timestamp === this.#timestamp && event === this.#event)) return false
    // A packet of an earlier event that arrives late starts nothing.
    const behind = (this.#timestamp - timestamp) | 0
    if (this.#timestamp >= 0 && behind > 0 && behind < latestStraggler) return false
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
