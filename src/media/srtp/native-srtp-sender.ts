import { type SrtpKeys, srtpSuites } from '../../model/srtp.js'
import type { SrtpAddon, SrtpHandle } from '../../native/srtp-addon.js'
import { copyPacket } from './packet-copy.js'
import { rtcpIndexBytes } from './srtp-context.js'
import { checkKeys } from './srtp-keys.js'
import type { SrtpSender } from './srtp-sender.js'

const noBytes = new Uint8Array(0)

/** The sender over the addon. */
export class NativeSrtpSender implements SrtpSender {
  readonly handle: SrtpHandle
  readonly rtpOverheadBytes: number
  readonly rtcpOverheadBytes: number
  readonly #addon: SrtpAddon

  /** Throws on keys that do not fit their suite. */
  constructor(addon: SrtpAddon, keys: SrtpKeys) {
    checkKeys(keys)
    const { masterKey, masterSalt, mki = noBytes } = keys
    const suite = srtpSuites[keys.suite]
    this.#addon = addon
    this.handle = addon.newSender(suite.dtlsProfile, masterKey, masterSalt, mki)
    this.rtpOverheadBytes = suite.rtpTagBytes + mki.length
    this.rtcpOverheadBytes = suite.rtcpTagBytes + rtcpIndexBytes + mki.length
  }

  protectRtp(packet: Uint8Array, length: number, into: Uint8Array): number {
    copyPacket(packet, length, into)
    return this.#addon.protectRtp(this.handle, into, length) || refuse(length, into)
  }

  protectRtcp(packet: Uint8Array, length: number, into: Uint8Array): number {
    copyPacket(packet, length, into)
    return this.#addon.protectRtcp(this.handle, into, length) || refuse(length, into)
  }
}

function refuse(length: number, into: Uint8Array): never {
  throw new Error(`${length} bytes are no packet, or ${into.length} have no room for it`)
}
