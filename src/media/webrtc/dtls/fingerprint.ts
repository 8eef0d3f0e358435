import { createHash, getHashes } from 'node:crypto'
import type { Fingerprint } from '../../../model/webrtc.js'

/** RFC 8122 5, weakest first; md2 and md5 are not to be used. */
const hashes: Readonly<Record<string, string>> = {
  'sha-1': 'sha1',
  'sha-224': 'sha224',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
}
const ranking = Object.keys(hashes)
const available = new Set(getHashes())

export function fingerprintOf(certificateDer: Buffer, hash = 'sha-256'): Fingerprint {
  const digest = createHash(hashes[hash] ?? 'sha256')
    .update(certificateDer)
    .digest('hex')
    .toUpperCase()
  return { hash, value: (digest.match(/../g) ?? []).join(':') }
}

/** Whether a certificate is one of those described: under the strongest hash known that any of them uses (5.1). */
export function matchesFingerprint(certificateDer: Buffer, described: readonly Fingerprint[]): boolean {
  const rank = ({ hash }: Fingerprint): number => (available.has(hashes[hash] ?? '') ? ranking.indexOf(hash) : -1)
  const strongest = Math.max(-1, ...described.map(rank))
  const own = fingerprintOf(certificateDer, ranking[strongest]).value
  return described.some((one) => rank(one) >= 0 && rank(one) === strongest && one.value === own)
}
