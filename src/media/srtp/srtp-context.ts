import { type SrtpKeys, type SrtpSuite, srtpSuites } from '../../model/srtp.js'
import { deriveSessionKeys } from './key-derivation.js'
import { type SessionCipher, sessionCiphers } from './session-cipher.js'
import { checkKeys } from './srtp-keys.js'

/** SRTCP's word of the E flag and the index (RFC 3711 3.4). */
export const rtcpIndexBytes = 4
/** RTCP's header and SSRC go in clear (RFC 3711 3.4). */
export const rtcpClearBytes = 8
export const encryptedFlag = 0x8000_0000

const noBytes = new Uint8Array(0)

/** What one master key makes: the ciphers of both protocols and where they put index, MKI and tag. */
export class SrtpContext {
  readonly suite: SrtpSuite
  readonly rtp: SessionCipher
  readonly rtcp: SessionCipher
  readonly mki: Uint8Array
  /** AEAD's tag belongs to the ciphertext, so index and MKI come after it (RFC 7714 9.4); HMAC's comes last. */
  readonly tagFirst: boolean

  /** Throws on keys that do not fit their suite. */
  constructor(keys: SrtpKeys) {
    checkKeys(keys)
    const suite = srtpSuites[keys.suite]
    this.suite = suite
    const make = sessionCiphers[suite.cipher]
    this.rtp = make(deriveSessionKeys(keys, 'rtp'), 'rtp', suite.rtpTagBytes)
    this.rtcp = make(deriveSessionKeys(keys, 'rtcp'), 'rtcp', suite.rtcpTagBytes)
    this.mki = keys.mki ?? noBytes
    this.tagFirst = suite.cipher === 'aes-gcm'
  }
}
