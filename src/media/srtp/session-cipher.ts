import type { SrtpCipherKind } from '../../model/srtp.js'
import { AesCmCipher } from './aes-cm-cipher.js'
import { AesGcmCipher } from './aes-gcm-cipher.js'
import type { SessionKeys } from './key-derivation.js'

/**
 * What of a packet a cipher works on. A packet index of 48 bits comes in two parts: for SRTP the rollover counter and the
 * sequence number, for SRTCP the halves of its index of 31 bits. `word` is what the tag covers beyond the packet: the
 * rollover counter, or SRTCP's word of the E flag and the index.
 */
type PacketPart = [
  packet: Uint8Array,
  start: number,
  end: number,
  ssrc: number,
  indexHigh: number,
  indexLow: number,
  word: number,
  tagAt: number,
]

/** One protocol's cipher under one set of session keys. */
export interface SessionCipher {
  /** Encrypts `packet` from `start` to `end` in place and writes the tag at `tagAt`. */
  readonly seal: (...part: PacketPart) => void
  /** Checks the tag and decrypts in place; false when it is wrong, and then `packet` is as it was. */
  readonly open: (...part: PacketPart) => boolean
}

/** One line a kind of cipher. */
export const sessionCiphers: Readonly<
  Record<SrtpCipherKind, (keys: SessionKeys, protocol: 'rtp' | 'rtcp', tagBytes: number) => SessionCipher>
> = {
  'aes-cm': (keys, _protocol, tagBytes) => new AesCmCipher(keys, tagBytes),
  'aes-gcm': (keys, protocol) => new AesGcmCipher(keys, protocol),
}
