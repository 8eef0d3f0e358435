import { quoteString } from '../message/quoted.js'
import { ownCopy } from '../message/wire.js'
import type { Challenge } from './challenge.js'
import {
  type AuthHeaderName,
  type Credentials,
  type DigestRequest,
  type RealmKey,
  realmKeyOf,
} from './digest-request.js'
import { digestResponse, formatNonceCount, sessionKey, userKey } from './digest-response.js'

/** Use of one nonce: it counts, and keeps what does not change between requests. */
export class CredentialSession {
  readonly header: AuthHeaderName
  readonly realmKey: RealmKey
  readonly challenge: Challenge
  /** Request-URI of the request that was challenged. */
  readonly uri: string
  #nonce: string
  #count = 0
  readonly #ha1: string
  readonly #cnonce: string
  readonly #prefix: string
  readonly #suffix: string

  constructor(
    header: AuthHeaderName,
    challenge: Challenge,
    credentials: Credentials,
    cnonce: string,
    request: DigestRequest,
  ) {
    const { choice, realm, qop, opaque, algorithmToken } = challenge
    this.header = header
    this.realmKey = realmKeyOf(header, realm)
    this.challenge = challenge
    this.uri = request.uri
    this.#nonce = challenge.nonce
    this.#cnonce = cnonce
    const key = userKey(choice, credentials.username, realm, credentials.password)
    this.#ha1 = sessionKey(choice, key, challenge.nonce, cnonce)
    this.#prefix = ownCopy(`Digest username=${quoteString(credentials.username)}, realm=${quoteString(realm)}, nonce=`)
    // A -sess key depends on the cnonce, so it is sent for it without qop too.
    const withCnonce = qop !== undefined || choice.session
    this.#suffix = ownCopy(
      (algorithmToken === undefined ? '' : `, algorithm=${algorithmToken}`) +
        (opaque === undefined ? '' : `, opaque=${quoteString(opaque)}`) +
        (withCnonce ? `, cnonce="${cnonce}"` : '') +
        (qop === undefined ? '' : `, qop=${qop}, nc=`),
    )
  }

  get nonce(): string {
    return this.#nonce
  }

  /** Authentication-Info nextnonce, RFC 7616 3.5: the session key stays, the count starts again. */
  moveTo(nextNonce: string): void {
    this.#nonce = nextNonce
    this.#count = 0
  }

  /** The next credentials within the nonce. */
  next(request: DigestRequest): string {
    const { choice, qop } = this.challenge
    const nonceCount = formatNonceCount(++this.#count)
    const response = digestResponse({
      choice,
      ha1: this.#ha1,
      nonce: this.#nonce,
      method: request.method,
      uri: request.uri,
      qop,
      nonceCount,
      cnonce: this.#cnonce,
      body: request.body,
    })
    const head = `${this.#prefix}${quoteString(this.#nonce)}, uri=${quoteString(request.uri)}, response="${response}"${this.#suffix}`
    return qop === undefined ? head : head + nonceCount
  }
}
