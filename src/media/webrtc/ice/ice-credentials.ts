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

/** The same memory for every id. */
const idOctets = Buffer.alloc(12)

/** Twelve octets in hexadecimal. */
export function newTransactionId(rng: Rng): string {
  for (let offset = 0; offset < idOctets.length; offset += 4) idOctets.writeUInt32BE(rng.uint32(), offset)
  return idOctets.toString('hex')
}
