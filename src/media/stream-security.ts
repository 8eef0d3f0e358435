import type { SrtpSuiteName, StreamKeys } from '../model/srtp.js'
import type { SrtpHandle } from '../native/srtp-addon.js'
import type { PacketSlot } from './packet-pool.js'
import type { PortTally } from './port-tally.js'
import { rtpDefect, rtpHeaderDefect } from './rtp/rtp-header.js'
import type { SrtpFailure } from './srtp/srtp-failure.js'
import { StreamProtection } from './srtp/stream-protection.js'
import type { StatisticsTable } from './statistics-view.js'
import type { StreamHandle } from './stream-port.js'

export interface SecurityHost {
  readonly table: StatisticsTable
  readonly tally: PortTally
}

/** Between a stream and its sockets: plain RTP as it is, SRTP under the keys of now, and nothing before keys are known. */
export class StreamSecurity {
  readonly #host: SecurityHost
  readonly #row: StreamHandle
  #protection: StreamProtection | undefined
  #awaited = false

  constructor(host: SecurityHost, row: StreamHandle, keys: StreamKeys | 'awaited' | undefined) {
    this.#host = host
    this.#row = row
    if (keys === 'awaited') this.#awaited = true
    else if (keys) this.#protection = new StreamProtection(keys)
  }

  get suite(): SrtpSuiteName | undefined {
    return this.#protection?.suite
  }

  /** Whether nothing may be sent yet. */
  get awaited(): boolean {
    return this.#awaited
  }

  /** Whether threads of the native part can send and receive: in clear, or by `sendHandle` and `receiveHandle`. */
  get isForThreads(): boolean {
    return this.#protection === undefined || this.sendHandle !== undefined
  }

  /** As `SrtpSender.handle`. */
  get sendHandle(): SrtpHandle | undefined {
    return this.#protection?.sendHandle
  }

  /** As `SrtpReceiver.handle`. */
  get receiveHandle(): SrtpHandle | undefined {
    return this.#protection?.receiveHandle
  }

  /** Undefined: plain RTP from here on. */
  useKeys(keys: StreamKeys | undefined, nowMs: number): void {
    this.#awaited = false
    if (keys && this.#protection) this.#protection.change(keys, nowMs)
    else this.#protection = keys && new StreamProtection(keys)
  }

  /** The packet, which lies at the start of the slot, as it goes out. */
  sealRtp(slot: PacketSlot, packet: Buffer): Buffer {
    if (!this.#protection) return packet
    return slot.packet(this.#protection.protectRtp(slot.bytes, packet.length, slot.bytes))
  }

  sealRtcp(packet: Buffer): Buffer {
    if (!this.#protection) return packet
    const into = Buffer.alloc(packet.length + this.#protection.rtcpOverheadBytes)
    return into.subarray(0, this.#protection.protectRtcp(packet, packet.length, into))
  }

  /** The valid packet in clear; undefined when it is not taken, and then it is counted. */
  openRtp(bytes: Uint8Array, nowMs: number): Uint8Array | undefined {
    const packet = rtpHeaderDefect(bytes) ? bytes : this.#clearRtp(bytes, nowMs)
    const defect = packet && rtpDefect(packet)
    if (!defect) return packet
    this.#host.table.malformed[this.#row]!++
    this.#host.tally.countMalformed(`rtp/${defect}`)
    return undefined
  }

  #clearRtp(bytes: Uint8Array, nowMs: number): Uint8Array | undefined {
    const protection = this.#protection
    if (protection) return this.#opened(bytes, protection.unprotectRtp(bytes, nowMs))
    return this.#awaited ? this.#refuse() : bytes
  }

  /** The packet in clear, whatever it says; undefined when it is not taken. */
  openRtcp(bytes: Uint8Array, nowMs: number): Uint8Array | undefined {
    const protection = this.#protection
    if (protection) return this.#opened(bytes, protection.unprotectRtcp(bytes, nowMs))
    return this.#awaited ? this.#refuse() : bytes
  }

  /** The far side may send before its answer is here: of the port's numbers, and no fault of the stream. */
  #refuse(): undefined {
    this.#host.tally.countSrtpFailure('no-keys')
  }

  #opened(bytes: Uint8Array, result: number | SrtpFailure): Uint8Array | undefined {
    if (typeof result === 'number') return bytes.subarray(0, result)
    const { table } = this.#host
    this.#host.tally.countSrtpFailure(result)
    if (result === 'replayed' || result === 'too-old') table.packetsReplayed[this.#row]!++
    else if (result === 'auth-failed' || result === 'unknown-mki') table.packetsUnauthenticated[this.#row]!++
    else table.malformed[this.#row]!++
    return undefined
  }
}
