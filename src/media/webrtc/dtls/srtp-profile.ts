/** SRTP protection profiles for use_srtp (RFC 5764 4.1.2, RFC 7714 14.2), the preferred ones first. */
export const srtpProfiles = [
  { id: 0x0008, suite: 'AEAD_AES_256_GCM', keyBytes: 32, saltBytes: 12 },
  { id: 0x0007, suite: 'AEAD_AES_128_GCM', keyBytes: 16, saltBytes: 12 },
  { id: 0x0001, suite: 'AES_CM_128_HMAC_SHA1_80', keyBytes: 16, saltBytes: 14 },
] as const

export type SrtpProfile = (typeof srtpProfiles)[number]

/** RFC 5764 4.2. */
export const srtpExporterLabel = 'EXTRACTOR-dtls_srtp'

export interface ExportedKeys {
  readonly suite: SrtpProfile['suite']
  readonly masterKey: Buffer
  readonly masterSalt: Buffer
}

/** RFC 5764 4.2: client's key, server's key, client's salt, server's salt. */
export function splitKeyingMaterial(
  { suite, keyBytes, saltBytes }: SrtpProfile,
  material: Buffer,
): { readonly client: ExportedKeys; readonly server: ExportedKeys } {
  const part = (start: number, length: number): Buffer => Buffer.from(material.subarray(start, start + length))
  const salts = 2 * keyBytes
  return {
    client: { suite, masterKey: part(0, keyBytes), masterSalt: part(salts, saltBytes) },
    server: { suite, masterKey: part(keyBytes, keyBytes), masterSalt: part(salts + saltBytes, saltBytes) },
  }
}

export const exportedBytes = ({ keyBytes, saltBytes }: SrtpProfile): number => 2 * (keyBytes + saltBytes)
