import { type SrtpSuiteName, type StreamKeys, srtpSuites } from '../../../model/srtp.js'
import type { DtlsRole } from '../../../model/webrtc.js'

/** For use_srtp (RFC 5764 4.1.2) in the order of preference of Chromium and Firefox, with OpenSSL's names. */
const offered = [
  ['AEAD_AES_256_GCM', 'SRTP_AEAD_AES_256_GCM'],
  ['AEAD_AES_128_GCM', 'SRTP_AEAD_AES_128_GCM'],
  ['AES_CM_128_HMAC_SHA1_80', 'SRTP_AES128_CM_SHA1_80'],
] as const satisfies readonly (readonly [SrtpSuiteName, string])[]

export interface SrtpProfile {
  readonly id: number
  readonly suite: SrtpSuiteName
  readonly openssl: string
  readonly keyBytes: number
  readonly saltBytes: number
}

export const srtpProfiles: readonly SrtpProfile[] = offered.map(([suite, openssl]) => {
  const { dtlsProfile, keyBytes, saltBytes } = srtpSuites[suite]
  return { id: dtlsProfile, suite, openssl, keyBytes, saltBytes }
})

/** Undefined for a profile that was not offered. */
export const srtpProfileOf = (id: number | undefined): SrtpProfile | undefined =>
  srtpProfiles.find((profile) => profile.id === id)

/** RFC 5764 4.2. */
export const srtpExporterLabel = 'EXTRACTOR-dtls_srtp'

export const exportedBytes = ({ keyBytes, saltBytes }: SrtpProfile): number => 2 * (keyBytes + saltBytes)

/** What one side sends and receives with, by RFC 5764 4.2: client's key, server's key, client's salt, server's salt. */
export function keysOf({ suite, keyBytes, saltBytes }: SrtpProfile, material: Buffer, role: DtlsRole): StreamKeys {
  const part = (start: number, length: number): Buffer => Buffer.from(material.subarray(start, start + length))
  const salts = 2 * keyBytes
  const client = { suite, masterKey: part(0, keyBytes), masterSalt: part(salts, saltBytes) }
  const server = { suite, masterKey: part(keyBytes, keyBytes), masterSalt: part(salts + saltBytes, saltBytes) }
  return role === 'client' ? { send: client, receive: [server] } : { send: server, receive: [client] }
}
