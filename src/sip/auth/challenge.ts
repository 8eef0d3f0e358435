import { parseChallenge } from '../message/auth-params.js'
import { ownCopy } from '../message/wire.js'
import { type AlgorithmChoice, parseAlgorithm } from './algorithm.js'
import type { Qop } from './digest-response.js'

/** A Digest challenge that this implementation can answer. */
export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly stale: boolean
  readonly choice: AlgorithmChoice
  /** As written, to be echoed; undefined when it was absent. */
  readonly algorithmToken: string | undefined
  /** undefined: RFC 2069 form. `auth` is preferred to `auth-int`. */
  readonly qop: Qop | undefined
}

/** One value of WWW-Authenticate or Proxy-Authenticate, or why it cannot be answered. */
export type ReadChallenge =
  | { readonly ok: true; readonly challenge: Challenge }
  | { readonly ok: false; readonly why: 'malformed' | 'unsupported'; readonly realm: string; readonly text: string }

const refuse = (why: 'malformed' | 'unsupported', realm: string, text: string): ReadChallenge => ({
  ok: false,
  why,
  realm,
  text,
})

export function readChallenge(value: string): ReadChallenge {
  const parsed = parseChallenge(value)
  if (!parsed) return refuse('malformed', '', 'the challenge breaks the grammar')
  const parameters = parsed.params
  const realm = parameters.get('realm')
  if (parsed.scheme.toLowerCase() !== 'digest') return refuse('unsupported', realm ?? '', `scheme ${parsed.scheme}`)
  const nonce = parameters.get('nonce')
  if (realm === undefined) return refuse('malformed', '', 'the challenge has no realm')
  if (nonce === undefined) return refuse('malformed', realm, 'the challenge has no nonce')
  const algorithmToken = parameters.get('algorithm')
  const choice = parseAlgorithm(algorithmToken)
  if (!choice) return refuse('unsupported', realm, `algorithm ${algorithmToken}`)
  const qopOptions = parameters.get('qop')
  const qop = qopOptions === undefined ? undefined : chooseQop(qopOptions)
  if (qopOptions !== undefined && !qop) return refuse('unsupported', realm, `qop ${qopOptions}`)
  const stale = parameters.get('stale')?.toLowerCase() === 'true'
  const opaque = parameters.get('opaque')
  // Sessions last as long as a phone: they are to keep no response alive of which these are parts.
  const challenge = {
    realm: ownCopy(realm),
    nonce: ownCopy(nonce),
    opaque: opaque && ownCopy(opaque),
    algorithmToken: algorithmToken && ownCopy(algorithmToken),
    stale,
    choice,
    qop,
  }
  return { ok: true, challenge }
}

function chooseQop(options: string): Qop | undefined {
  const offered = options.split(',').map((option) => option.trim().toLowerCase())
  if (offered.includes('auth')) return 'auth'
  return offered.includes('auth-int') ? 'auth-int' : undefined
}
