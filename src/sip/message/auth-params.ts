import { afterBlanks, afterToken, charClass, hasClass, lowerCase } from './char-class.js'
import { endOfQuoted, quoteString, unquoteString } from './quoted.js'

/** A challenge or credentials (RFC 3261 25.1): a scheme and its parameters. */
export interface AuthParams {
  /** As written. */
  readonly scheme: string
  /** Names in lower case, values without quotes and escapes. Of equal names the first counts. */
  readonly params: ReadonlyMap<string, string>
}

const comma = 0x2c
const equal = 0x3d
const quote = 0x22

/** Reads WWW-Authenticate, Proxy-Authenticate, Authorization, Proxy-Authorization; undefined when malformed. */
export function parseChallenge(value: string): AuthParams | undefined {
  const start = afterBlanks(value, 0)
  const schemeEnd = afterToken(value, start)
  const paramsStart = afterBlanks(value, schemeEnd)
  if (schemeEnd === start || paramsStart === schemeEnd) return undefined
  const params = parseAuthParams(value, paramsStart)
  return params && { scheme: value.slice(start, schemeEnd), params }
}

/** Reads `name=value` pairs between commas, as they stand alone in Authentication-Info. */
export function parseAuthParams(value: string, start = 0): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>()
  let at = afterBlanks(value, start)
  while (at < value.length) {
    const nameEnd = afterToken(value, at)
    const equalAt = afterBlanks(value, nameEnd)
    if (nameEnd === at || value.charCodeAt(equalAt) !== equal) return undefined
    const valueStart = afterBlanks(value, equalAt + 1)
    const valueEnd = authValueEnd(value, valueStart)
    if (valueEnd <= valueStart) return undefined
    const name = lowerCase(value.slice(at, nameEnd))
    if (!params.has(name)) params.set(name, unquoteString(value.slice(valueStart, valueEnd)))
    at = afterBlanks(value, valueEnd)
    if (at === value.length) break
    if (value.charCodeAt(at) !== comma) return undefined
    at = afterBlanks(value, at + 1)
  }
  return params
}

function authValueEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === quote) return endOfQuoted(text, start)
  let at = start
  while (at < text.length && text.charCodeAt(at) !== comma && !hasClass(text.charCodeAt(at), charClass.whiteSpace)) at++
  return at
}

/** Parameters that stand without quotes (RFC 7616 3.3, 3.4); `qop` is quoted in challenges only. */
const unquoted: ReadonlySet<string> = new Set(['algorithm', 'stale', 'nc', 'userhash'])

export const writeChallenge = (auth: AuthParams): string => write(auth, false)
export const writeCredentials = (auth: AuthParams): string => write(auth, true)

function write(auth: AuthParams, isCredentials: boolean): string {
  const pairs = Array.from(auth.params, ([name, value]) => {
    const bare = unquoted.has(name) || (isCredentials && name === 'qop')
    return `${name}=${bare ? value : quoteString(value)}`
  })
  return `${auth.scheme} ${pairs.join(', ')}`
}
