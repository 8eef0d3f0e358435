import { type Clock, Timer, type TimerOwner } from '../base/clock.js'

/** `muxed`: RTCP, STUN or other on the RTP port (RFC 5761, RFC 7983). */
export type PacketKind = 'rtp' | 'rtcp' | 'muxed'

/** Takes a packet out of a delay line. */
export interface PacketSink {
  release(bytes: Uint8Array, kind: PacketKind): void
}

const noBytes = new Uint8Array(0)

class HeldPacket implements TimerOwner {
  readonly timer = new Timer(this, 'held')
  readonly #free: HeldPacket[]
  #bytes: Uint8Array = noBytes
  #sink: PacketSink | undefined
  #kind: PacketKind = 'rtp'

  constructor(free: HeldPacket[]) {
    this.#free = free
  }

  hold(bytes: Uint8Array, sink: PacketSink, kind: PacketKind): void {
    this.#bytes = bytes
    this.#sink = sink
    this.#kind = kind
  }

  onTimer(): void {
    const sink = this.#sink
    const bytes = this.#bytes
    this.forget()
    sink?.release(bytes, this.#kind)
  }

  forget(): void {
    this.#bytes = noBytes
    this.#sink = undefined
    this.#free.push(this)
  }
}

/** Holds packets for a while each. Holders are used again; the packets themselves are not copied. */
export class DelayLine {
  readonly #clock: Clock
  readonly #all: HeldPacket[] = []
  readonly #free: HeldPacket[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get heldCount(): number {
    return this.#all.length - this.#free.length
  }

  hold(bytes: Uint8Array, sink: PacketSink, kind: PacketKind, delayMs: number): void {
    const held = this.#free.pop() ?? this.#make()
    held.hold(bytes, sink, kind)
    this.#clock.arm(held.timer, delayMs)
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
    const held = new HeldPacket(this.#free)
    this.#all.push(held)
    return held
  }
}
