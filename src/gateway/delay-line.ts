import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import { TimerLateness } from './timer-lateness.js'

/** `muxed`: RTCP, STUN or other on the RTP port (RFC 5761, RFC 7983). */
export type PacketKind = 'rtp' | 'rtcp' | 'muxed'

/** Takes a packet out of a delay line. */
export interface PacketSink {
  release(bytes: Uint8Array, kind: PacketKind): void
}

const noBytes = new Uint8Array(0)

class HeldPacket implements TimerOwner {
  readonly timer = new Timer(this, 'held')
  readonly #line: DelayLine
  #dueMs = 0
  #bytes: Uint8Array = noBytes
  #sink: PacketSink | undefined
  #kind: PacketKind = 'rtp'

  constructor(line: DelayLine) {
    this.#line = line
  }

  hold(bytes: Uint8Array, sink: PacketSink, kind: PacketKind, dueMs: number): void {
    this.#dueMs = dueMs
    this.#bytes = Buffer.from(bytes)
    this.#sink = sink
    this.#kind = kind
  }

  onTimer(): void {
    const sink = this.#sink
    const bytes = this.#bytes
    this.#line.ran(this.#dueMs)
    this.forget()
    sink?.release(bytes, this.#kind)
  }

  forget(): void {
    this.#bytes = noBytes
    this.#sink = undefined
    this.#line.take(this)
  }
}

/** Holds packets for a while each: copies, since their memory is a socket's. Holders are used again. */
export class DelayLine {
  readonly #clock: Clock
  readonly #lateness = new TimerLateness()
  readonly #all: HeldPacket[] = []
  readonly #free: HeldPacket[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get heldCount(): number {
    return this.#all.length - this.#free.length
  }

  hold(bytes: Uint8Array, sink: PacketSink, kind: PacketKind, delayMs: number): void {
    const armMs = delayMs - this.#lateness.ms
    if (armMs <= 0) {
      sink.release(bytes, kind)
      return
    }
    const held = this.#free.pop() ?? this.#make()
    held.hold(bytes, sink, kind, this.#clock.nowMs() + delayMs)
    this.#clock.arm(held.timer, armMs)
  }

  /** A holder's time has come. */
  ran(dueMs: number): void {
    this.#lateness.note(dueMs, this.#clock.nowMs())
  }

  /** A holder is free again. */
  take(held: HeldPacket): void {
    this.#free.push(held)
  }

  /** Forgets what is held. */
  clear(): void {
    for (const held of this.#all) {
      if (!held.timer.armed) continue
      this.#clock.disarm(held.timer)
      held.forget()
    }
  }

  #make(): HeldPacket {
    const held = new HeldPacket(this)
    this.#all.push(held)
    return held
  }
}
