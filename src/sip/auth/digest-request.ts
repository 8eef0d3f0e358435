/** Texts of one byte a character (latin1 view of UTF-8), like all texts of the SIP path. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

export type AuthHeaderName = 'Authorization' | 'Proxy-Authorization'

export interface AuthHeader {
  readonly name: AuthHeaderName
  readonly value: string
}

/** What is needed of a message: SipMessage fits. */
export interface AuthFields {
  getAll(name: string): readonly string[]
}

/** A realm within a request: registrar's and proxy's credentials of equal realm are kept apart. */
export type RealmKey = `${AuthHeaderName} ${string}`

export const realmKeyOf = (header: AuthHeaderName, realm: string): RealmKey => `${header} ${realm}`

/**
 * One request over all its tries; the same object is passed again when a try was challenged. It remembers which
 * realms were answered, so that a second challenge means a wrong password and not a loop.
 */
export class DigestRequest {
  readonly method: string
  /** The Request-URI as sent. */
  readonly uri: string
  readonly body: Uint8Array | undefined
  /** Realms answered within this request, with the number of stale nonces that were renewed. */
  readonly answered = new Map<RealmKey, number>()
  /** Realms whose credentials go into the next try. */
  readonly carried = new Set<RealmKey>()

  constructor(method: string, uri: string, body?: Uint8Array) {
    this.method = method
    this.uri = uri
    this.body = body
  }
}
