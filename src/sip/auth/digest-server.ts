import type { Clock } from '../../base/clock.js'
import type { Rng } from '../../base/rng.js'
import { parseChallenge } from '../message/auth-params.js'
import { quoteString } from '../message/quoted.js'
import { type AlgorithmChoice, type DigestAlgorithm, digestHash, parseAlgorithm } from './algorithm.js'
import type { AuthFields, AuthHeaderName } from './digest-request.js'
import { digestResponse, type Qop, sessionKey, userKey } from './digest-response.js'

export interface DigestServerOptions {
  readonly realm: string
  /** Offered in this order, one challenge each (RFC 8760 2.3). */
  readonly algorithms: readonly DigestAlgorithm[]
  /** Offered in every challenge; empty leaves qop out (RFC 2069 form). */
  readonly qop: readonly Qop[]
  /** Offer the `-sess` variant. */
  readonly session?: boolean
  readonly nonceSeconds?: number
  readonly clock: Clock
  readonly rng: Rng
  /** The password of a user of this realm, undefined for an unknown user. */
  password(username: string): string | undefined
}

/** A request as the server sees it: SipMessage fits. */
export interface DigestSubject extends AuthFields {
  readonly method: string
  readonly body: Uint8Array
}

export type DigestVerdict =
  | { readonly ok: true; readonly username: string }
  /** `missing`, and `stale` (right credentials, old nonce or count), call for a challenge; the rest are failures. */
  | {
      readonly ok: false
      readonly why: 'missing' | 'stale' | 'wrong-password' | 'unknown-user' | 'malformed' | 'unsupported'
    }

interface NonceUse {
  count: number
}

/** The server side of digest authentication: makes challenges, verifies credentials, counts nonces. */
export class DigestServer {
  readonly #options: DigestServerOptions
  readonly #lifeMs: number
  readonly #secret: string
  #issued = 0
  // Two generations bound the memory: a nonce lives at least one and at most two lifetimes.
  #current = new Map<string, NonceUse>()
  #previous = new Map<string, NonceUse>()
  #turnMs: number

  constructor(options: DigestServerOptions) {
    this.#options = options
    this.#lifeMs = (options.nonceSeconds ?? 300) * 1000
    this.#secret = options.rng.token() + options.rng.token()
    this.#turnMs = options.clock.nowMs()
  }

  /** Values of WWW-Authenticate or Proxy-Authenticate, one a line. All share one nonce, as in RFC 7616 3.9.1. */
  challenge(stale = false): string[] {
    const { realm, algorithms, qop, session } = this.#options
    const nonce = this.#newNonce()
    const tail = (qop.length === 0 ? '' : `, qop=${quoteString(qop.join(','))}`) + (stale ? ', stale=TRUE' : '')
    return algorithms.map(
      (algorithm) =>
        `Digest realm=${quoteString(realm)}, nonce="${nonce}", algorithm=${algorithm}${session ? '-sess' : ''}${tail}`,
    )
  }

  verify(request: DigestSubject, header: AuthHeaderName): DigestVerdict {
    for (const value of request.getAll(header)) {
      const credentials = parseChallenge(value)
      if (!credentials) return { ok: false, why: 'malformed' }
      // Credentials for other realms belong to other hops (RFC 3261 22.3).
      if (credentials.scheme.toLowerCase() !== 'digest' || credentials.params.get('realm') !== this.#options.realm)
        continue
      return this.#check(request, credentials.params)
    }
    return { ok: false, why: 'missing' }
  }

  #check(request: DigestSubject, given: ReadonlyMap<string, string>): DigestVerdict {
    const username = given.get('username')
    const nonce = given.get('nonce')
    const uri = given.get('uri')
    const response = given.get('response')
    if (username === undefined || nonce === undefined || uri === undefined || response === undefined) {
      return { ok: false, why: 'malformed' }
    }
    const choice = parseAlgorithm(given.get('algorithm'))
    if (!choice || !this.#offers(choice)) return { ok: false, why: 'unsupported' }
    const qop = this.#qop(given)
    if (qop === 'bad') return { ok: false, why: 'malformed' }
    const password = this.#options.password(username)
    if (password === undefined) return { ok: false, why: 'unknown-user' }
    const cnonce = given.get('cnonce') ?? ''
    const nonceCount = given.get('nc') ?? ''
    const key = userKey(choice, username, this.#options.realm, password)
    const ha1 = sessionKey(choice, key, nonce, cnonce)
    const { method, body } = request
    const expected = digestResponse({ choice, ha1, nonce, method, uri, qop, nonceCount, cnonce, body })
    if (expected !== response.toLowerCase()) return { ok: false, why: 'wrong-password' }
    const fresh = this.#use(nonce, qop === undefined ? undefined : Number.parseInt(nonceCount, 16))
    return fresh ? { ok: true, username } : { ok: false, why: 'stale' }
  }

  #offers(choice: AlgorithmChoice): boolean {
    return choice.session === (this.#options.session ?? false) && this.#options.algorithms.includes(choice.algorithm)
  }

  #qop(given: ReadonlyMap<string, string>): Qop | undefined | 'bad' {
    const token = given.get('qop')?.toLowerCase()
    // RFC 7616 3.4.3 lets servers accept clients that know no qop.
    if (token === undefined) return undefined
    const qop = this.#options.qop.find((offered) => offered === token)
    return qop && given.has('cnonce') && /^[0-9a-f]{8}$/i.test(given.get('nc') ?? '') ? qop : 'bad'
  }

  /** Marks a count as used; false when the nonce is not ours or too old, or the count was used before. */
  #use(nonce: string, count: number | undefined): boolean {
    this.#turn()
    const use = this.#current.get(nonce) ?? this.#previous.get(nonce)
    if (!use && !this.#isFresh(nonce)) return false
    if (use && count !== undefined && count <= use.count) return false
    if (use) use.count = count ?? use.count
    else this.#current.set(nonce, { count: count ?? 0 })
    return this.#isFresh(nonce)
  }

  #newNonce(): string {
    const issuedMs = Math.floor(this.#options.clock.nowMs()).toString(36)
    const serial = (this.#issued++).toString(36)
    return `${issuedMs}.${serial}.${this.#seal(issuedMs, serial)}`
  }

  #isFresh(nonce: string): boolean {
    const [issuedMs = '', serial = '', seal] = nonce.split('.')
    if (seal !== this.#seal(issuedMs, serial)) return false
    return this.#options.clock.nowMs() - Number.parseInt(issuedMs, 36) < this.#lifeMs
  }

  #seal(issuedMs: string, serial: string): string {
    return digestHash('SHA-256', `${issuedMs}.${serial}.${this.#secret}`).slice(0, 24)
  }

  #turn(): void {
    const now = this.#options.clock.nowMs()
    if (now - this.#turnMs < this.#lifeMs) return
    this.#previous = now - this.#turnMs < 2 * this.#lifeMs ? this.#current : new Map()
    this.#current = new Map()
    this.#turnMs = now
  }
}
