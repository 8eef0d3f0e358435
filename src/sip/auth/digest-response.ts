import { type AlgorithmChoice, digestHash } from './algorithm.js'

export type Qop = 'auth' | 'auth-int'

/** What a response value is computed from, RFC 7616 3.4.1. */
export interface ResponseInput {
  readonly choice: AlgorithmChoice
  /** Result of `sessionKey`. */
  readonly ha1: string
  readonly nonce: string
  readonly method: string
  readonly uri: string
  /** undefined: a challenge without qop (RFC 2069 compatibility). */
  readonly qop: Qop | undefined
  /** Eight hexadecimal digits. */
  readonly nonceCount: string
  readonly cnonce: string
  readonly body: Uint8Array | undefined
}

const noBody = new Uint8Array(0)

/** H(A1) without the session part: what a server may store instead of a password. */
export const userKey = (choice: AlgorithmChoice, username: string, realm: string, password: string): string =>
  digestHash(choice.algorithm, `${username}:${realm}:${password}`)

/** H(A1), RFC 7616 3.4.2: for `-sess` bound to the nonce and cnonce of the first request within the session. */
export const sessionKey = (choice: AlgorithmChoice, key: string, nonce: string, cnonce: string): string =>
  choice.session ? digestHash(choice.algorithm, `${key}:${nonce}:${cnonce}`) : key

export function digestResponse(input: ResponseInput): string {
  const { algorithm } = input.choice
  const a2 = `${input.method}:${input.uri}`
  const ha2 = digestHash(
    algorithm,
    input.qop === 'auth-int' ? `${a2}:${digestHash(algorithm, input.body ?? noBody)}` : a2,
  )
  const middle = input.qop === undefined ? '' : `${input.nonceCount}:${input.cnonce}:${input.qop}:`
  return digestHash(algorithm, `${input.ha1}:${input.nonce}:${middle}${ha2}`)
}

/** RFC 7616 3.4: nc is exactly eight hexadecimal digits. */
export const formatNonceCount = (count: number): string => count.toString(16).padStart(8, '0')
