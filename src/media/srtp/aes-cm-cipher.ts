import { AesCmKeystream } from './aes-cm-keystream.js'
import { HmacSha1 } from './hmac-sha1.js'
import type { SessionKeys } from './key-derivation.js'
import type { SessionCipher } from './session-cipher.js'

/** AES in counter mode with a truncated HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1): encrypted first, then authenticated. */
export class AesCmCipher implements SessionCipher {
  readonly #keystream: AesCmKeystream
  readonly #hmac: HmacSha1
  readonly #tagBytes: number

  constructor(keys: SessionKeys, tagBytes: number) {
    this.#keystream = new AesCmKeystream(keys.key, keys.salt)
    this.#hmac = new HmacSha1(keys.authKey)
    this.#tagBytes = tagBytes
  }

  readonly seal: SessionCipher['seal'] = (packet, start, end, ssrc, indexHigh, indexLow, word, tagAt) => {
    this.#crypt(packet, start, end, ssrc, indexHigh, indexLow)
    const digest = this.#hmac.digest(packet, end, word)
    for (let i = 0; i < this.#tagBytes; i++) packet[tagAt + i] = digest.charCodeAt(i)
  }

  readonly open: SessionCipher['open'] = (packet, start, end, ssrc, indexHigh, indexLow, word, tagAt) => {
    const digest = this.#hmac.digest(packet, end, word)
    let difference = 0
    for (let i = 0; i < this.#tagBytes; i++) difference |= (packet[tagAt + i] ?? 0) ^ digest.charCodeAt(i)
    if (difference !== 0) return false
    this.#crypt(packet, start, end, ssrc, indexHigh, indexLow)
    return true
  }

  #crypt(packet: Uint8Array, start: number, end: number, ssrc: number, indexHigh: number, indexLow: number): void {
    if (end <= start) return
    const keystream = this.#keystream.of(ssrc, indexHigh, indexLow, end - start)
    for (let at = start, i = 0; at < end; at++, i++) packet[at]! ^= keystream[i] ?? 0
  }
}
