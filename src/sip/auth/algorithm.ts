import * as crypto from 'node:crypto'

/** Digest algorithms of RFC 8760 (RFC 7616 names). */
export const digestAlgorithms = ['MD5', 'SHA-256', 'SHA-512-256'] as const

export type DigestAlgorithm = (typeof digestAlgorithms)[number]

/** An `algorithm` parameter understood: the hash and whether A1 is bound to the first nonce and cnonce. */
export interface AlgorithmChoice {
  readonly algorithm: DigestAlgorithm
  readonly session: boolean
}

const hashNames = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const

/** Reads an `algorithm` parameter; absent means MD5 (RFC 7616 3.3), unknown gives undefined. Case does not matter. */
export function parseAlgorithm(token: string | undefined): AlgorithmChoice | undefined {
  if (token === undefined) return { algorithm: 'MD5', session: false }
  const upper = token.toUpperCase()
  const session = upper.endsWith('-SESS')
  const name = session ? upper.slice(0, -5) : upper
  const algorithm = digestAlgorithms.find((known) => known === name)
  return algorithm && { algorithm, session }
}

/** H() of RFC 7616 in lower-case hexadecimal. A text holds one byte a character, as all texts of the SIP path do. */
export function digestHash(algorithm: DigestAlgorithm, data: string | Uint8Array): string {
  return crypto.hash(hashNames[algorithm], typeof data === 'string' ? Buffer.from(data, 'latin1') : data, 'hex')
}
