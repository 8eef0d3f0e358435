/** How a suite protects: counter mode with HMAC-SHA1 (RFC 3711 4.1.1 and 4.2.1) or AEAD (RFC 7714). */
export type SrtpCipherKind = 'aes-cm' | 'aes-gcm'

export interface SrtpSuite {
  readonly cipher: SrtpCipherKind
  readonly keyBytes: number
  readonly saltBytes: number
  /** Authentication tag of an RTP packet; SRTCP keeps 80 bits where RTP has 32 (RFC 4568 6.2.2). */
  readonly rtpTagBytes: number
  readonly rtcpTagBytes: number
  /** SRTP protection profile of DTLS-SRTP (RFC 5764 4.1.2, RFC 7714 14.2). */
  readonly dtlsProfile: number
}

/**
 * By the names of RFC 4568 6.2 and RFC 7714 14.1, in the order in which they are offered: first the one that every
 * phone with SDES has, which is also the cheapest, and last the one with the short tag.
 */
export const srtpSuites = {
  AES_CM_128_HMAC_SHA1_80: suite('aes-cm', 16, 14, 10, 10, 1),
  AEAD_AES_256_GCM: suite('aes-gcm', 32, 12, 16, 16, 8),
  AEAD_AES_128_GCM: suite('aes-gcm', 16, 12, 16, 16, 7),
  AES_CM_128_HMAC_SHA1_32: suite('aes-cm', 16, 14, 4, 10, 2),
} as const satisfies Record<string, SrtpSuite>

export type SrtpSuiteName = keyof typeof srtpSuites

function suite(
  cipher: SrtpCipherKind,
  keyBytes: number,
  saltBytes: number,
  rtpTagBytes: number,
  rtcpTagBytes: number,
  dtlsProfile: number,
): SrtpSuite {
  return { cipher, keyBytes, saltBytes, rtpTagBytes, rtcpTagBytes, dtlsProfile }
}
