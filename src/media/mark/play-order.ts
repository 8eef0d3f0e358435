import { sequenceOf, ssrcOf } from '../rtp/rtp-header.js'

/** Packets that may be held until one before them arrives. */
const heldPackets = 8
/** And for how long, by the arrival of others. */
const longestHoldMs = 120

/** Takes packets in the order of their sequence numbers. */
export interface PlayOrderUser {
  /** `missing` packets before this one never came, or not in time; -1: it begins a source. */
  onPacket(bytes: Uint8Array, arrivalMs: number, missing: number): void
}

class HeldPacket {
  bytes = new Uint8Array(256)
  length = 0
  sequence = 0
  arrivalMs = 0
  isHeld = false

  hold(bytes: Uint8Array, sequence: number, arrivalMs: number): void {
    if (this.bytes.length < bytes.length) this.bytes = new Uint8Array(2 * bytes.length)
    this.bytes.set(bytes)
    this.length = bytes.length
    this.sequence = sequence
    this.arrivalMs = arrivalMs
    this.isHeld = true
  }
}

/** Puts RTP packets in order: one that is early waits, one that is late or a duplicate is passed over. */
export class PlayOrder {
  readonly #user: PlayOrderUser
  /** Made when a packet first comes too early. */
  #held: HeldPacket[] | undefined
  #waiting = 0
  #next = -1
  #ssrc = 0

  constructor(user: PlayOrderUser) {
    this.#user = user
  }

  push(bytes: Uint8Array, arrivalMs: number): void {
    const sequence = sequenceOf(bytes)
    const ssrc = ssrcOf(bytes)
    if (this.#next < 0 || ssrc !== this.#ssrc) {
      this.flush()
      this.#ssrc = ssrc
      this.#deliver(bytes, sequence, arrivalMs, -1)
      return
    }
    const ahead = (sequence - this.#next) & 0xffff
    if (ahead === 0) this.#deliver(bytes, sequence, arrivalMs, 0)
    else if (ahead < heldPackets) this.#hold(bytes, sequence, arrivalMs)
    else if (ahead < 0x8000) {
      this.flush()
      this.#deliver(bytes, sequence, arrivalMs, (sequence - this.#next) & 0xffff)
    }
    if (this.#waiting > 0) this.#drain(arrivalMs)
  }

  /** What waits will not be completed any more. */
  flush(): void {
    while (this.#waiting > 0) this.#deliverFirst()
  }

  /** The next packet, whatever its number, begins anew. */
  restart(): void {
    this.flush()
    this.#next = -1
  }

  #deliver(bytes: Uint8Array, sequence: number, arrivalMs: number, missing: number): void {
    this.#next = (sequence + 1) & 0xffff
    this.#user.onPacket(bytes, arrivalMs, missing)
  }

  #hold(bytes: Uint8Array, sequence: number, arrivalMs: number): void {
    this.#held ??= Array.from({ length: heldPackets }, () => new HeldPacket())
    const slot = this.#held[sequence % heldPackets]
    if (!slot || slot.isHeld) return
    slot.hold(bytes, sequence, arrivalMs)
    this.#waiting++
  }

  #drain(nowMs: number): void {
    while (this.#waiting > 0) {
      const first = this.#first()
      const isNext = first.sequence === this.#next
      if (!isNext && nowMs - first.arrivalMs < longestHoldMs) return
      this.#deliverFirst()
    }
  }

  #deliverFirst(): void {
    const first = this.#first()
    first.isHeld = false
    this.#waiting--
    const missing = (first.sequence - this.#next) & 0xffff
    this.#deliver(first.bytes.subarray(0, first.length), first.sequence, first.arrivalMs, missing)
  }

  /** The waiting packet with the lowest number; there is one. */
  #first(): HeldPacket {
    let first: HeldPacket | undefined
    let least = 0x1_0000
    for (const packet of this.#held ?? []) {
      const ahead = (packet.sequence - this.#next) & 0xffff
      if (!packet.isHeld || ahead >= least) continue
      least = ahead
      first = packet
    }
    if (!first) throw new Error('no packet waits')
    return first
  }
}
