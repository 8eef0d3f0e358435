import type { Segment } from './segment.js'

/** Octets held behind a hole; more means that what is missing will not come any more. */
const mostHeldBytes = 1_048_576
const mostHeldSegments = 4096
/** What was acknowledged and is still missing so long after was not captured; shorter is disorder within the capture. */
const patienceMs = 50
/** A sequence number so far off belongs to something else: the stream starts anew there. */
const wildDistance = 64 * 1_048_576

/** Takes the octets of one direction in order. They are valid only during the call. */
export interface OctetUser {
  onOctets(bytes: Buffer, segment: Segment): void
  /** Octets that are not in the capture; their number is unknown when the stream started anew. */
  onGap(octets: number | undefined, fromMs: number, toMs: number): void
}

interface Held {
  readonly sequence: number
  readonly bytes: Buffer
  readonly segment: Segment
}

/**
 * One direction of a TCP connection: puts segments into order (RFC 9293 3.4). Octets that came first stay where
 * segments overlap. A gap is told when missing octets were acknowledged (the far side has them, the capture has not)
 * or when too much has come after them.
 */
export class TcpDirection {
  readonly #user: OctetUser
  /** Next sequence number; -1 while nothing is known. */
  #next = -1
  #held: Held[] = []
  #heldBytes = 0
  #lastMs = 0
  /** Highest acknowledgement of what is missing, and when it was first seen. */
  #acknowledged = -1
  #missingSinceMs = Number.NaN

  constructor(user: OctetUser) {
    this.#user = user
  }

  get started(): boolean {
    return this.#next >= 0
  }

  /** The octet before the next: what a keep-alive of TCP repeats (RFC 9293 3.8.4). */
  isBefore(sequence: number): boolean {
    return this.started && distance(sequence, this.#next) === 1
  }

  /** A SYN occupies one number. */
  start(sequence: number): void {
    this.#next = (sequence + 1) >>> 0
  }

  push(sequence: number, bytes: Buffer, segment: Segment): void {
    if (!this.started) this.#next = sequence
    let ahead = distance(this.#next, sequence)
    if (Math.abs(ahead) > wildDistance) {
      this.#startAnew(sequence, segment.atMs)
      ahead = 0
    }
    if (bytes.length === 0) return
    if (ahead > 0) this.#hold({ sequence, bytes: Buffer.from(bytes), segment })
    else if (-ahead < bytes.length) {
      this.#deliver(ahead === 0 ? bytes : bytes.subarray(-ahead), segment)
      if (this.#held.length > 0) this.#drain()
    }
  }

  /** The far side acknowledges everything before `number`. */
  acknowledge(number: number, atMs: number): void {
    if (!this.started || distance(this.#next, number) <= 0) return
    if (this.#acknowledged < 0) this.#missingSinceMs = atMs
    this.#acknowledged = number
  }

  /** Time has passed on the connection: missing octets that were acknowledged are given up after a while. */
  passTime(atMs: number): void {
    if (this.#acknowledged >= 0 && atMs - this.#missingSinceMs > patienceMs) this.#skipAcknowledged(atMs)
  }

  /** A FIN occupies one number behind the octets before it. */
  finish(sequence: number): void {
    if (this.#next === sequence) this.#next = (sequence + 1) >>> 0
  }

  /** Nothing more will come. */
  end(): void {
    while (this.#held.length > 0) this.#skipToHeld(this.#lastMs)
  }

  #deliver(bytes: Buffer, segment: Segment): void {
    this.#next = (this.#next + bytes.length) >>> 0
    this.#lastMs = segment.atMs
    if (this.#acknowledged >= 0 && distance(this.#next, this.#acknowledged) <= 0) this.#acknowledged = -1
    this.#user.onOctets(bytes, segment)
  }

  #hold(held: Held): void {
    let at = this.#held.length
    while (at > 0 && distance(this.#held[at - 1]!.sequence, held.sequence) < 0) at--
    this.#held.splice(at, 0, held)
    this.#heldBytes += held.bytes.length
    if (this.#heldBytes > mostHeldBytes || this.#held.length > mostHeldSegments) this.#skipToHeld(held.segment.atMs)
  }

  #drain(): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const ahead = distance(this.#next, first.sequence)
      if (ahead > 0) return
      this.#held.shift()
      this.#heldBytes -= first.bytes.length
      if (-ahead < first.bytes.length) this.#deliver(first.bytes.subarray(-ahead), first.segment)
    }
  }

  #skipAcknowledged(atMs: number): void {
    const acknowledged = this.#acknowledged
    this.#acknowledged = -1
    const first = this.#held[0]
    if (first !== undefined && distance(first.sequence, acknowledged) > 0) this.#skipToHeld(atMs)
    else this.#skip(distance(this.#next, acknowledged), atMs)
    this.acknowledge(acknowledged, atMs)
  }

  #skipToHeld(atMs: number): void {
    const first = this.#held[0]
    if (first !== undefined) this.#skip(distance(this.#next, first.sequence), atMs)
  }

  #skip(octets: number, atMs: number): void {
    this.#user.onGap(octets, this.#lastMs || atMs, atMs)
    this.#next = (this.#next + octets) >>> 0
    this.#drain()
  }

  #startAnew(sequence: number, atMs: number): void {
    this.end()
    this.#user.onGap(undefined, this.#lastMs || atMs, atMs)
    this.#next = sequence
    this.#acknowledged = -1
  }
}

/** How far `to` is ahead of `from`, modulo 2^32. */
const distance = (from: number, to: number): number => (to - from) | 0
