import type { Rng } from '../../../base/rng.js'

export interface IceCredentials {
  readonly ufrag: string
  readonly password: string
}

/** RFC 8445 5.3: at least 24 and 128 bits of chance; a token has 60. */
export const newCredentials = (rng: Rng): IceCredentials => ({
  ufrag: rng.token().slice(0, 8),
  password: rng.token() + rng.token() + rng.token(),
})

/** Twelve octets in hexadecimal. */
export const newTransactionId = (rng: Rng): string =>
  [rng.uint32(), rng.uint32(), rng.uint32()].map((word) => word.toString(16).padStart(8, '0')).join('')
