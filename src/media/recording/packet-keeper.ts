import type { RecordedPacket } from '../../model/record.js'
import type { PayloadTypes } from '../rtp/payload-types.js'
import { payloadEnd, payloadStart, payloadTypeOf, sequenceOf, ssrcOf, timestampOf } from '../rtp/rtp-header.js'

/** What a kept packet takes beside its payload, about. */
const packetOverheadBytes = 250

/** How much may be kept. */
export interface RecordingLimits {
  /** Of one stream, from its first packet on. */
  readonly longestMs: number
  /** Of all streams that are open at once. */
  readonly mostBytes: number
}

/** The memory that the recordings of open streams take together. */
export class RecordingBudget {
  readonly limits: RecordingLimits
  #bytes = 0

  constructor(limits: RecordingLimits) {
    this.limits = limits
  }

  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.limits.mostBytes) return false
    this.#bytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#bytes -= bytes
  }
}

/** Keeps what one stream receives, so that it can be made audible after the call. It ends where a limit is reached. */
export class PacketKeeper {
  readonly #budget: RecordingBudget
  readonly #packets: RecordedPacket[] = []
  #bytes = 0
  #ended = false

  constructor(budget: RecordingBudget) {
    this.#budget = budget
  }

  get packets(): readonly RecordedPacket[] {
    return this.#packets
  }

  /** Takes a packet whose header is valid. */
  push(bytes: Uint8Array, payloadTypes: PayloadTypes, atMs: number): void {
    const encoding = payloadTypes.encoding(payloadTypeOf(bytes))
    if (this.#ended || encoding === undefined) return
    const payload = bytes.subarray(payloadStart(bytes), payloadEnd(bytes))
    const size = payload.length + packetOverheadBytes
    const firstMs = this.#packets[0]?.atMs ?? atMs
    if (atMs - firstMs > this.#budget.limits.longestMs || !this.#budget.take(size)) {
      this.#ended = true
      return
    }
    this.#bytes += size
    // A copy: sockets use their buffers again.
    const kept = payload.slice()
    const [ssrc, sequence, timestamp] = [ssrcOf(bytes), sequenceOf(bytes), timestampOf(bytes)]
    this.#packets.push({ atMs, ssrc, sequence, timestamp, encoding, payload: kept })
  }

  /** The stream is over; what was kept counts no longer against those that are open. */
  close(): void {
    this.#ended = true
    this.#budget.give(this.#bytes)
    this.#bytes = 0
  }
}
