import { createCipheriv } from 'node:crypto'
import { type SrtpKeys, srtpSuites } from '../../model/srtp.js'

/** Keys of one protocol within a session (RFC 3711 4.3). */
export interface SessionKeys {
  readonly key: Buffer
  readonly salt: Buffer
  /** Of HMAC-SHA1; unused by AEAD. */
  readonly authKey: Buffer
}

/** RFC 3711 4.3.1 and 4.3.2. */
const labels = {
  rtp: { key: 0x00, authKey: 0x01, salt: 0x02 },
  rtcp: { key: 0x03, authKey: 0x04, salt: 0x05 },
} as const

const authKeyBytes = 20
/** x of RFC 3711 4.3.1; a salt of 96 bits is padded with zeros on its right (RFC 7714 11). */
const inputBytes = 14

/**
 * Derives session keys from a master key with a derivation rate of zero, the only one in use: RFC 3711 4.3.3 and, for
 * keys of 256 bits, RFC 6188 3, which is the same pseudo random function over AES-256.
 */
export function deriveSessionKeys(keys: SrtpKeys, protocol: 'rtp' | 'rtcp'): SessionKeys {
  const { keyBytes, saltBytes } = srtpSuites[keys.suite]
  const { key, authKey, salt } = labels[protocol]
  return {
    key: derive(keys, key, keyBytes),
    salt: derive(keys, salt, saltBytes),
    authKey: derive(keys, authKey, authKeyBytes),
  }
}

/** AES in counter mode from (salt XOR label * 2^48) * 2^16, over zeros. */
function derive(keys: SrtpKeys, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(16)
  iv.set(keys.masterSalt)
  iv[inputBytes - 7]! ^= label
  const cipher = createCipheriv(`aes-${keys.masterKey.length * 8}-ctr`, keys.masterKey, iv)
  return cipher.update(Buffer.alloc(bytes))
}
