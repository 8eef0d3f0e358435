import { createHash } from 'node:crypto'
import { attributeTypes } from './stun-attribute.js'
import type { StunAttribute, StunMessage } from './stun-message.js'

/** Long-term credentials (RFC 8489 9.2) with the key of MD5, which every TURN server of RFC 8656 knows. */
export class LongTermCredentials {
  readonly #username: string
  readonly #password: string
  #realm: Buffer | undefined
  #nonce: Buffer | undefined
  #key: Buffer | undefined

  constructor(username: string, password: string) {
    this.#username = username
    this.#password = password
  }

  /** For MESSAGE-INTEGRITY; undefined before the server has said its realm (RFC 8489 9.2.3.1). */
  get key(): Buffer | undefined {
    return this.#key
  }

  /** Takes realm and nonce of a 401 or 438; false when they are not there. */
  challenge({ attributes }: StunMessage): boolean {
    const realm = attributes.get(attributeTypes.realm) ?? this.#realm
    const nonce = attributes.get(attributeTypes.nonce)
    if (!realm || !nonce) return false
    this.#realm = Buffer.from(realm)
    this.#nonce = Buffer.from(nonce)
    this.#key = createHash('md5')
      .update(`${this.#username}:${realm.toString('utf8')}:${this.#password}`)
      .digest()
    return true
  }

  /** What a request says of itself once there is a key. */
  get attributes(): readonly StunAttribute[] {
    if (!this.#realm || !this.#nonce) return []
    return [
      { type: attributeTypes.username, value: Buffer.from(this.#username) },
      { type: attributeTypes.realm, value: this.#realm },
      { type: attributeTypes.nonce, value: this.#nonce },
    ]
  }
}
