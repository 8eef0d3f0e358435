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

const counterMode = { cipher: 'aes-cm', keyBytes: 16, saltBytes: 14, rtcpTagBytes: 10 } as const
const galois = { cipher: 'aes-gcm', saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16 } as const

/**
 * By the names of RFC 4568 6.2 and RFC 7714 14.1, in the order in which they are offered: first the one that every
 * phone with SDES has, which is also the cheapest, and last the one with the short tag.
 */
export const srtpSuites = {
  AES_CM_128_HMAC_SHA1_80: { ...counterMode, rtpTagBytes: 10, dtlsProfile: 1 },
  AEAD_AES_256_GCM: { ...galois, keyBytes: 32, dtlsProfile: 8 },
  AEAD_AES_128_GCM: { ...galois, keyBytes: 16, dtlsProfile: 7 },
  AES_CM_128_HMAC_SHA1_32: { ...counterMode, rtpTagBytes: 4, dtlsProfile: 2 },
} as const satisfies Record<string, SrtpSuite>

export type SrtpSuiteName = keyof typeof srtpSuites

/** A master key as signalling or DTLS hands it over (RFC 3711 3.2.1). Plain data. */
export interface SrtpKeys {
  readonly suite: SrtpSuiteName
  readonly masterKey: Uint8Array
  readonly masterSalt: Uint8Array
  /** Master key identifier: written into every packet sent, and expected in every packet received. */
  readonly mki?: Uint8Array
}

/** The keys of one stream, as seen from one side. */
export interface StreamKeys {
  readonly send: SrtpKeys
  /** More than one when the far side tells them apart by MKI. */
  readonly receive: readonly [SrtpKeys, ...SrtpKeys[]]
}
