import type { SrtpSuiteName, StreamKeys } from '../../model/srtp.js'
import type { SrtpHandle } from '../../native/srtp-addon.js'
import { srtpEngine } from './srtp-engine.js'
import type { SrtpFailure } from './srtp-failure.js'
import { sameKeys } from './srtp-keys.js'
import type { SrtpReceiver } from './srtp-receiver.js'
import type { SrtpSender } from './srtp-sender.js'

/** For so long after new keys, packets under the ones before are still taken (RFC 4568 7.1.4, RFC 3264 8.3.1). */
const overlapMs = 5000

/** SRTP of one stream, both ways, through changes of its keys. */
export class StreamProtection {
  #keys: StreamKeys
  #sender: SrtpSender
  #receiver: SrtpReceiver
  #former: SrtpReceiver | undefined
  #formerUntilMs = 0

  /** Throws on keys that do not fit their suite. */
  constructor(keys: StreamKeys) {
    this.#keys = keys
    this.#sender = srtpEngine.newSender(keys.send)
    this.#receiver = srtpEngine.newReceiver(...keys.receive)
  }

  get suite(): SrtpSuiteName {
    return this.#keys.send.suite
  }

  /** Keys that stay keep their context: rollover counters and replay windows go on (RFC 4568 7.1.4). */
  change(keys: StreamKeys, nowMs: number): void {
    const { send, receive } = this.#keys
    this.#keys = keys
    if (!sameKeys(send, keys.send)) this.#sender = srtpEngine.newSender(keys.send)
    if (receive.length === keys.receive.length && receive.every((key, i) => sameKeys(key, keys.receive[i] ?? send))) {
      return
    }
    this.#former = this.#receiver
    this.#formerUntilMs = nowMs + overlapMs
    this.#receiver = srtpEngine.newReceiver(...keys.receive)
  }

  /** As `SrtpSender.handle`. */
  get sendHandle(): SrtpHandle | undefined {
    return this.#sender.handle
  }

  /** As `SrtpReceiver.handle`, of the keys of now. */
  get receiveHandle(): SrtpHandle | undefined {
    return this.#receiver.handle
  }

  get rtpOverheadBytes(): number {
    return this.#sender.rtpOverheadBytes
  }

  get rtcpOverheadBytes(): number {
    return this.#sender.rtcpOverheadBytes
  }

  /** As `SrtpSender.protectRtp`. */
  protectRtp(packet: Uint8Array, length: number, into: Uint8Array): number {
    return this.#sender.protectRtp(packet, length, into)
  }

  protectRtcp(packet: Uint8Array, length: number, into: Uint8Array): number {
    return this.#sender.protectRtcp(packet, length, into)
  }

  /** Unprotects in place and returns the length of the RTP packet, or why there is none. */
  unprotectRtp(bytes: Uint8Array, nowMs: number): number | SrtpFailure {
    const result = this.#receiver.unprotectRtp(bytes, bytes)
    return isForFormer(result) ? (this.#formerAt(nowMs)?.unprotectRtp(bytes, bytes) ?? result) : result
  }

  unprotectRtcp(bytes: Uint8Array, nowMs: number): number | SrtpFailure {
    const result = this.#receiver.unprotectRtcp(bytes, bytes)
    return isForFormer(result) ? (this.#formerAt(nowMs)?.unprotectRtcp(bytes, bytes) ?? result) : result
  }

  #formerAt(nowMs: number): SrtpReceiver | undefined {
    if (this.#former && nowMs >= this.#formerUntilMs) this.#former = undefined
    return this.#former
  }
}

/** Whether other keys might do: the tag is wrong, or the MKI is another's. */
const isForFormer = (result: number | SrtpFailure): boolean => result === 'auth-failed' || result === 'unknown-mki'
