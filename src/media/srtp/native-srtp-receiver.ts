import { type SrtpKeys, srtpSuites } from '../../model/srtp.js'
import type { SrtpAddon, SrtpHandle } from '../../native/srtp-addon.js'
import { type SrtpFailure, srtpFailures } from './srtp-failure.js'
import { checkKeys } from './srtp-keys.js'
import type { SrtpReceiver } from './srtp-receiver.js'

const noBytes = new Uint8Array(0)

/** The receiver over the addon. */
export class NativeSrtpReceiver implements SrtpReceiver {
  readonly handle: SrtpHandle
  readonly #addon: SrtpAddon

  /** Throws on keys that do not fit their suite. Further keys have MKIs as long as the first one's. */
  constructor(addon: SrtpAddon, keys: readonly SrtpKeys[]) {
    for (const each of keys) checkKeys(each)
    this.#addon = addon
    this.handle = addon.newReceiver()
    for (const { suite, masterKey, masterSalt, mki = noBytes } of keys) {
      addon.addKey(this.handle, srtpSuites[suite].dtlsProfile, masterKey, masterSalt, mki)
    }
  }

  unprotectRtp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure {
    if (bytes !== into) into.set(bytes)
    return resultOf(this.#addon.unprotectRtp(this.handle, into, bytes.length))
  }

  unprotectRtcp(bytes: Uint8Array, into: Uint8Array): number | SrtpFailure {
    if (bytes !== into) into.set(bytes)
    return resultOf(this.#addon.unprotectRtcp(this.handle, into, bytes.length))
  }
}

const resultOf = (result: number): number | SrtpFailure =>
  result >= 0 ? result : (srtpFailures[-1 - result] ?? 'bad-header')
