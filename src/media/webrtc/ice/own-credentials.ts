import { attributeTypes } from '../../../stun/stun-attribute.js'
import { hasIntegrity, type StunMessage } from '../../../stun/stun-message.js'
import type { IceCredentials } from './ice-credentials.js'

/** With the password as messages are vouched for by it. */
interface KeyedCredentials extends IceCredentials {
  readonly key: Buffer
}

const keyed = (credentials: IceCredentials): KeyedCredentials => ({
  ...credentials,
  key: Buffer.from(credentials.password),
})

/** The names and passwords under which the far side may ask. */
export class OwnCredentials {
  #current: KeyedCredentials
  /** Before a restart: the far side uses them until it has heard of the new ones (RFC 8445 9). */
  #former: KeyedCredentials | undefined

  constructor(current: IceCredentials) {
    this.#current = keyed(current)
  }

  get current(): KeyedCredentials {
    return this.#current
  }

  replace(credentials: IceCredentials): void {
    this.#former = this.#current
    this.#current = keyed(credentials)
  }

  forgetFormer(): void {
    this.#former = undefined
  }

  /** Whose password protects a request (RFC 8489 9.1.3), or the code of its refusal. */
  vouchFor(request: StunMessage): KeyedCredentials | 400 | 401 {
    const username = request.attributes.get(attributeTypes.username)
    if (!username || request.integrityOffset < 0) return 400
    const ufrag = username.toString('utf8').split(':')[0]
    const known = [this.#current, this.#former].find((credentials) => credentials?.ufrag === ufrag)
    return known && hasIntegrity(request, known.key) ? known : 401
  }
}
