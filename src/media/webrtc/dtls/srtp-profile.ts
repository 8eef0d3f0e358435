import type { SrtpKeys } from '../../../model/srtp.js'
import { type SrtpSuiteName, srtpSuites } from '../../../model/srtp.js'

/** For use_srtp (RFC 5764 4.1.2) in the order of preference of Chromium and Firefox. */
const offered = [
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_80',
] as const satisfies readonly SrtpSuiteName[]

export interface SrtpProfile {
  readonly id: number
  readonly suite: SrtpSuiteName
  readonly keyBytes: number
  readonly saltBytes: number
}

export const srtpProfiles: readonly SrtpProfile[] = offered.map((suite) => {
  const { dtlsProfile, keyBytes, saltBytes } = srtpSuites[suite]
  return { id: dtlsProfile, suite, keyBytes, saltBytes }
})

/** RFC 5764 4.2. */
export const srtpExporterLabel = 'EXTRACTOR-dtls_srtp'

export const exportedBytes = ({ keyBytes, saltBytes }: SrtpProfile): number => 2 * (keyBytes + saltBytes)

/** RFC 5764 4.2: client's key, server's key, client's salt, server's salt. */
export function splitKeyingMaterial(
  { suite, keyBytes, saltBytes }: SrtpProfile,
  material: Buffer,
): { readonly client: SrtpKeys; readonly server: SrtpKeys } {
  const part = (start: number, length: number): Buffer => Buffer.from(material.subarray(start, start + length))
  const salts = 2 * keyBytes
  return {
    client: { suite, masterKey: part(0, keyBytes), masterSalt: part(salts, saltBytes) },
    server: { suite, masterKey: part(keyBytes, keyBytes), masterSalt: part(salts + saltBytes, saltBytes) },
  }
}
