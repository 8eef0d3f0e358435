import type { Rng } from '../../base/rng.js'
import { parseAuthParams } from '../message/auth-params.js'
import { type Challenge, type ReadChallenge, readChallenge } from './challenge.js'
import { CredentialSession } from './credential-session.js'
import {
  type AuthFields,
  type AuthHeader,
  type AuthHeaderName,
  type Credentials,
  type DigestRequest,
  type RealmKey,
  realmKeyOf,
} from './digest-request.js'

export type { AuthHeader, Credentials } from './digest-request.js'

/** Why no further try makes sense. */
export interface DigestRefusal {
  readonly refusal: 'no-challenge' | 'unsupported' | 'malformed' | 'wrong-password' | 'too-many-challenges'
  readonly text: string
}

const none: readonly CredentialSession[] = []

/** A server that calls every nonce stale is left after so many renewals within one request. */
const staleLimit = 3

/** The client side of digest authentication (RFC 3261 22, RFC 7616, RFC 8760) for one identity. */
export class DigestClient {
  readonly #credentials: Credentials
  readonly #rng: Rng
  /** Most phones have one. */
  #sessions: readonly CredentialSession[] = none

  constructor(credentials: Credentials, rng: Rng) {
    this.#credentials = credentials
    this.#rng = rng
  }

  /** Header fields for the next try after a 401 or 407: all credentials the request needs so far. */
  answer(response: AuthFields, request: DigestRequest): AuthHeader[] | DigestRefusal {
    const read = [
      ...readAll('Authorization', response.getAll('WWW-Authenticate')),
      ...readAll('Proxy-Authorization', response.getAll('Proxy-Authenticate')),
    ]
    const chosen = new Map<RealmKey, { header: AuthHeaderName; challenge: Challenge }>()
    for (const { header, result } of read) {
      if (!result.ok) continue
      const key = realmKeyOf(header, result.challenge.realm)
      // RFC 8760 2.4: of the challenges for a realm, the topmost that is supported.
      if (!chosen.has(key)) chosen.set(key, { header, challenge: result.challenge })
    }
    if (chosen.size === 0) return nothingToAnswer(read.map((entry) => entry.result))
    for (const [key, { header, challenge }] of chosen) {
      const refusal = this.#accept(key, header, challenge, request)
      if (refusal) return refusal
    }
    return this.#write(request)
  }

  /** Credentials for a first try from what earlier requests learned (RFC 3261 22.3); empty when nothing is known. */
  preemptive(request: DigestRequest): AuthHeader[] {
    for (const session of this.#sessions) {
      // A proxy's challenge covers what follows through it; a server's covers the resource that was asked for.
      if (session.header === 'Proxy-Authorization' || session.uri === request.uri) request.carried.add(session.realmKey)
    }
    return this.#write(request)
  }

  /** Takes `nextnonce` out of (Proxy-)Authentication-Info of a 2xx. */
  learn(response: AuthFields, request: DigestRequest): void {
    this.#learnFrom('Authorization', response.getAll('Authentication-Info'), request)
    this.#learnFrom('Proxy-Authorization', response.getAll('Proxy-Authentication-Info'), request)
  }

  /** Forgets all nonces: the next request starts without credentials. */
  forget(): void {
    this.#sessions = none
  }

  #accept(
    key: RealmKey,
    header: AuthHeaderName,
    challenge: Challenge,
    request: DigestRequest,
  ): DigestRefusal | undefined {
    const renewals = request.answered.get(key)
    if (renewals !== undefined && !challenge.stale) {
      this.#sessions = this.#others(key)
      return { refusal: 'wrong-password', text: `the credentials for realm "${challenge.realm}" were not accepted` }
    }
    if (renewals !== undefined && renewals >= staleLimit) {
      return { refusal: 'too-many-challenges', text: `realm "${challenge.realm}" calls every nonce stale` }
    }
    request.answered.set(key, renewals === undefined ? 0 : renewals + 1)
    request.carried.add(key)
    const known = this.#session(key)
    if (known && known.nonce === challenge.nonce && sameTerms(known.challenge, challenge)) return undefined
    const session = new CredentialSession(header, challenge, this.#credentials, this.#rng.token(), request)
    this.#sessions = this.#others(key).concat(session)
    return undefined
  }

  #session(key: RealmKey): CredentialSession | undefined {
    return this.#sessions.find(({ realmKey }) => realmKey === key)
  }

  #others(key: RealmKey): CredentialSession[] {
    return this.#sessions.filter(({ realmKey }) => realmKey !== key)
  }

  #write(request: DigestRequest): AuthHeader[] {
    const headers: AuthHeader[] = []
    for (const key of request.carried) {
      const session = this.#session(key)
      if (session) headers.push({ name: session.header, value: session.next(request) })
    }
    return headers
  }

  #learnFrom(header: AuthHeaderName, values: readonly string[], request: DigestRequest): void {
    for (const value of values) {
      const next = parseAuthParams(value)?.get('nextnonce')
      if (next === undefined) continue
      for (const key of request.carried) {
        const session = this.#session(key)
        // Authentication-Info names no realm: it belongs to the one credential of its kind in the request.
        if (session?.header === header) session.moveTo(next)
      }
    }
  }
}

const readAll = (
  header: AuthHeaderName,
  values: readonly string[],
): { readonly header: AuthHeaderName; readonly result: ReadChallenge }[] =>
  values.map((value) => ({ header, result: readChallenge(value) }))

const sameTerms = (a: Challenge, b: Challenge): boolean =>
  a.qop === b.qop && a.opaque === b.opaque && a.algorithmToken === b.algorithmToken

function nothingToAnswer(read: readonly ReadChallenge[]): DigestRefusal {
  const reasons: string[] = []
  let unsupported = false
  for (const result of read) {
    if (result.ok) continue
    reasons.push(result.text)
    if (result.why === 'unsupported') unsupported = true
  }
  if (reasons.length === 0) return { refusal: 'no-challenge', text: 'the response carries no challenge' }
  return { refusal: unsupported ? 'unsupported' : 'malformed', text: reasons.join('; ') }
}
