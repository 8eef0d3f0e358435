import type { RemoteInfo } from 'node:dgram'
import type { Unmatched } from './far-sides.js'

/** The description that tells whose a packet is may be read so long after the packet. */
const holdMs = 1000
/** More than calls in set-up send before they are answered; hostile packets push them out. */
const mostHeld = 2048

export interface PuzzlingPacket {
  readonly protocol: 'rtp' | 'rtcp'
  readonly bytes: Uint8Array
  readonly from: RemoteInfo
  readonly atMs: number
  readonly ssrc: number
}

export interface HeldPacket extends PuzzlingPacket {
  readonly why: Unmatched
}

export const isSameSource = (a: RemoteInfo, b: RemoteInfo): boolean => a.port === b.port && a.address === b.address

/** Packets of which it is not known yet whose they are: media may overtake signalling (RFC 3264 5.1). */
export class HeldPackets {
  /** With when they were read, which may be long after they came: the descriptions of a busy program are as late. */
  #packets: (HeldPacket & { readonly heldMs: number })[] = []
  readonly #onUnmatched: (packet: HeldPacket) => void

  constructor(onUnmatched: (packet: HeldPacket) => void) {
    this.#onUnmatched = onUnmatched
  }

  get isEmpty(): boolean {
    return this.#packets.length === 0
  }

  push(packet: HeldPacket, nowMs: number): void {
    this.expire(nowMs)
    this.#packets.push({ ...packet, bytes: Uint8Array.from(packet.bytes), heldMs: nowMs })
    if (this.#packets.length <= mostHeld) return
    const [oldest] = this.#packets.splice(0, 1)
    if (oldest) this.#onUnmatched(oldest)
  }

  /** Those that have waited too long are nobody's. */
  expire(nowMs: number): void {
    let old = 0
    while (old < this.#packets.length && (this.#packets[old]?.heldMs ?? nowMs) + holdMs <= nowMs) old++
    for (const packet of old > 0 ? this.#packets.splice(0, old) : []) this.#onUnmatched(packet)
  }

  /** How long the first packet of a source from there has been held; 0 where none is. */
  heldForMs({ from, ssrc }: HeldPacket, nowMs: number): number {
    const first = this.#packets.find((held) => held.ssrc === ssrc && isSameSource(held.from, from))
    return first ? nowMs - first.heldMs : 0
  }

  find(isWanted: (packet: HeldPacket) => boolean): HeldPacket | undefined {
    return this.#packets.find(isWanted)
  }

  /** Takes those out that are wanted, in the order in which they came. */
  take(isWanted: (packet: HeldPacket) => boolean): readonly HeldPacket[] {
    if (this.isEmpty) return []
    const wanted: HeldPacket[] = []
    this.#packets = this.#packets.filter((packet) => {
      if (!isWanted(packet)) return true
      wanted.push(packet)
      return false
    })
    return wanted
  }
}
