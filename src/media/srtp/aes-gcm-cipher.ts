import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto'
import { writeUint32 } from '../rtp/rtp-header.js'
import type { SessionKeys } from './key-derivation.js'
import type { SessionCipher } from './session-cipher.js'

const tagBytes = 16
const ivBytes = 12
const noBytes = Buffer.alloc(0)

/**
 * AES in Galois/counter mode (RFC 7714). The associated data is what goes in clear: for SRTP the header (9.1), for
 * SRTCP the header, or with the E flag cleared the whole packet, and then the ESRTCP word (9.2, 9.3).
 */
export class AesGcmCipher implements SessionCipher {
  readonly #algorithm: CipherGCMTypes
  readonly #key: Buffer
  readonly #salt: Buffer
  readonly #coversWord: boolean
  readonly #iv = Buffer.alloc(ivBytes)
  #associated = Buffer.alloc(0)

  constructor(keys: SessionKeys, protocol: 'rtp' | 'rtcp') {
    this.#algorithm = keys.key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm'
    this.#key = keys.key
    this.#salt = keys.salt
    this.#coversWord = protocol === 'rtcp'
  }

  readonly seal: SessionCipher['seal'] = (packet, start, end, ssrc, indexHigh, indexLow, word, tagAt) => {
    this.#writeIv(ssrc, indexHigh, indexLow)
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#iv)
    cipher.setAAD(this.#associatedData(packet, start, word))
    if (end > start) packet.set(cipher.update(packet.subarray(start, end)), start)
    // As text, because an empty buffer costs more than an empty string.
    cipher.final('latin1')
    packet.set(cipher.getAuthTag(), tagAt)
  }

  readonly open: SessionCipher['open'] = (packet, start, end, ssrc, indexHigh, indexLow, word, tagAt) => {
    this.#writeIv(ssrc, indexHigh, indexLow)
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#iv)
    decipher.setAAD(this.#associatedData(packet, start, word))
    decipher.setAuthTag(packet.subarray(tagAt, tagAt + tagBytes))
    const plain = end > start ? decipher.update(packet.subarray(start, end)) : noBytes
    try {
      decipher.final('latin1')
    } catch {
      return false
    }
    packet.set(plain, start)
    return true
  }

  #associatedData(packet: Uint8Array, length: number, word: number): Uint8Array {
    if (!this.#coversWord) return packet.subarray(0, length)
    if (this.#associated.length !== length + 4) this.#associated = Buffer.alloc(length + 4)
    this.#associated.set(packet.subarray(0, length))
    writeUint32(this.#associated, length, word)
    return this.#associated
  }

  /** (two zero octets | SSRC | index of 48 bits) XOR salt: 8.1 for SRTP and, its index being 31 bits long, 9.1 for SRTCP. */
  #writeIv(ssrc: number, indexHigh: number, indexLow: number): void {
    const iv = this.#iv
    writeUint32(iv, 2, ssrc)
    writeUint32(iv, 6, indexHigh)
    iv[0] = 0
    iv[1] = 0
    iv[10] = indexLow >>> 8
    iv[11] = indexLow
    for (let i = 0; i < ivBytes; i++) iv[i]! ^= this.#salt[i] ?? 0
  }
}
