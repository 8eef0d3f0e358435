import { createHash } from 'node:crypto'

/** What a challenge asks for. */
export interface DigestTerms {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string
  readonly algorithm: string
  /** Empty: without qop, as RFC 2069 had it. */
  readonly qop: '' | 'auth' | 'auth-int'
}

export const challengeOf = ({ realm, nonce, opaque, algorithm, qop }: DigestTerms, stale = false): string =>
  `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, opaque="${opaque}"` +
  `${qop === '' ? '' : `, qop="${qop}"`}${stale ? ', stale=true' : ''}`

/** RFC 7616 3.3: the hash that each algorithm names, with and without -sess. */
const hashes: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }

/**
 * Checks credentials against the text of RFC 7616 3.4, sharing no code with the product. Returns what is wrong, or ''.
 * `counts` remembers the last nonce count of each nonce (3.4: it grows by one with each request).
 */
export function checkDigest(
  credentials: string,
  terms: DigestTerms,
  request: { readonly method: string; readonly uri: string; readonly body: string },
  user: { readonly name: string; readonly password: string },
  counts: Map<string, number>,
): string {
  const { realm, nonce, opaque, algorithm, qop } = terms
  const sent = new Map<string, string>()
  for (const [, name = '', quoted, bare] of credentials.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,"]+))/g)) {
    sent.set(name, quoted ?? bare ?? '')
  }
  const value = (name: string): string => sent.get(name) ?? ''
  const hash = (text: string): string =>
    createHash(hashes[algorithm.replace(/-sess$/, '')] ?? '')
      .update(text, 'latin1')
      .digest('hex')
  const wanted = { username: user.name, realm, nonce, uri: request.uri, algorithm, opaque, qop }
  for (const [name, text] of Object.entries(wanted)) {
    if (value(name) !== text) return `${name} is "${value(name)}" and not "${text}"`
  }
  // 3.4.2: A1, and for -sess bound to the nonce and the client's nonce.
  let a1 = `${user.name}:${realm}:${user.password}`
  if (algorithm.endsWith('-sess')) a1 = `${hash(a1)}:${nonce}:${value('cnonce')}`
  // 3.4.3: A2, and for auth-int with the hash of the body.
  let a2 = `${request.method}:${request.uri}`
  if (qop === 'auth-int') a2 += `:${hash(request.body)}`
  if (qop === '') {
    if (sent.has('nc')) return 'nc is sent without qop'
    return value('response') === hash(`${hash(a1)}:${nonce}:${hash(a2)}`) ? '' : 'the response is wrong'
  }
  const count = (counts.get(nonce) ?? 0) + 1
  if (value('nc') !== count.toString(16).padStart(8, '0')) return `nc is ${value('nc')} and not ${count}`
  counts.set(nonce, count)
  // 3.4.1
  const data = `${nonce}:${value('nc')}:${value('cnonce')}:${qop}:${hash(a2)}`
  return value('response') === hash(`${hash(a1)}:${data}`) ? '' : 'the response is wrong'
}
