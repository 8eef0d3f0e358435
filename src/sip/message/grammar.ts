import { afterBlanks, afterToken, charClass, hasClass, isAll, isToken } from './char-class.js'
import { endOfQuoted } from './quoted.js'
import { parseUri } from './uri.js'

/**
 * Strict readers for the parts of RFC 3261 25.1 that the lenient parsers forgive. Each gives what is wrong as the end
 * of a sentence, or undefined.
 */
export type Fault = string | undefined

const quote = 0x22
const semicolon = 0x3b
const equal = 0x3d

/** `*(SEMI generic-param)` up to the end of the text. */
export function paramsFault(text: string, start: number): Fault {
  let at = afterBlanks(text, start)
  while (at < text.length) {
    if (text.charCodeAt(at) !== semicolon) return `has ${show(text, at)} where a parameter should begin`
    const nameStart = afterBlanks(text, at + 1)
    const nameEnd = afterToken(text, nameStart)
    if (nameEnd === nameStart) return 'has an empty parameter'
    at = afterBlanks(text, nameEnd)
    if (text.charCodeAt(at) !== equal) continue
    const valueStart = afterBlanks(text, at + 1)
    const valueEnd = afterValue(text, valueStart)
    if (valueEnd < 0) return 'has a quoted string without end'
    if (valueEnd === valueStart) return `has no value for parameter ${text.slice(nameStart, nameEnd)}`
    at = afterBlanks(text, valueEnd)
  }
  return undefined
}

/** `gen-value = token / host / quoted-string`; -1 for a quoted string that does not end. */
function afterValue(text: string, start: number): number {
  if (text.charCodeAt(start) === quote) return endOfQuoted(text, start)
  let at = start
  while (at < text.length && (hasClass(text.charCodeAt(at), charClass.token) || '[]:'.includes(text[at] ?? ''))) at++
  return at
}

const show = (text: string, at: number): string => `"${text.slice(at, at + 10)}"`

/** `name-addr *(SEMI param)` or, where brackets are not required, `addr-spec *(SEMI param)`. */
export function addressFault(text: string, bracketsRequired: boolean): Fault {
  const displayEnd = afterDisplayName(text)
  if (displayEnd < 0) return 'has a display name without closing quote'
  if (text[displayEnd] === '<') {
    const close = text.indexOf('>', displayEnd)
    if (close < 0) return 'has no ">"'
    return uriFault(text.slice(displayEnd + 1, close)) ?? paramsFault(text, close + 1)
  }
  if (displayEnd > 0) return 'has a display name that is neither tokens nor quoted'
  if (bracketsRequired) return 'needs "<" and ">"'
  const semicolonAt = text.indexOf(';')
  const uri = semicolonAt < 0 ? text : text.slice(0, semicolonAt)
  // RFC 3261 20.10: a URI with a comma, question mark or semicolon must be in brackets.
  if (/[,?]/.test(uri)) return 'has a URI that needs "<" and ">"'
  if (uri.includes('<')) return 'has a display name that is neither tokens nor quoted'
  return uriFault(uri.trimEnd()) ?? (semicolonAt < 0 ? undefined : paramsFault(text, semicolonAt))
}

/** Where the `<` after a display name stands, 0 when the text is no name-addr, -1 for an open quoted string. */
function afterDisplayName(text: string): number {
  if (text.charCodeAt(0) === quote) {
    const end = endOfQuoted(text, 0)
    return end < 0 ? -1 : Math.max(1, afterBlanks(text, end))
  }
  let at = 0
  while (at < text.length) {
    const end = afterToken(text, at)
    if (end === at) break
    at = afterBlanks(text, end)
  }
  return text[at] === '<' ? at : 0
}

/** An absolute URI; sip, sips and tel by their own grammar. */
export function uriFault(text: string): Fault {
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/.exec(text.slice(0, 64))?.[0].toLowerCase()
  if (scheme === undefined) return text === '' ? 'has no URI' : 'has a URI without scheme'
  if (/[\s"<>\x00-\x1f\x7f]/.test(text)) return 'has white space, quotes or brackets in the URI'
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return 'has a "%" that is no escape in the URI'
  if (scheme === 'tel') return /^tel:[+\dA-Fa-f*#().-]+(;|$)/i.test(text) ? undefined : 'has a malformed tel URI'
  return scheme === 'sip' || scheme === 'sips' ? sipUriFault(text) : undefined
}

function sipUriFault(text: string): Fault {
  const uri = parseUri(text)
  if (uri === undefined) return 'has a malformed SIP URI'
  const hasUser = text.includes('@')
  if (hasUser && !isAll(uri.user, charClass.user)) return 'has characters in the user part that must be escaped'
  if (uri.password && !isAll(uri.password, charClass.password)) return 'has a malformed password in the URI'
  const afterHost = text.slice(text.indexOf('@') + 1)
  const queryAt = afterHost.indexOf('?')
  const [, ...params] = (queryAt < 0 ? afterHost : afterHost.slice(0, queryAt)).split(';')
  if (!params.every(isUriParam)) return 'has a malformed URI parameter'
  if (
    queryAt >= 0 &&
    !afterHost
      .slice(queryAt + 1)
      .split('&')
      .every(isUriHeader)
  )
    return 'has a malformed URI header'
  return undefined
}

function isUriParam(text: string): boolean {
  const [name = '', ...value] = text.split('=')
  return value.length <= 1 && isAll(name, charClass.uriParam) && value.every((part) => isAll(part, charClass.uriParam))
}

function isUriHeader(text: string): boolean {
  const [name = '', ...value] = text.split('=')
  return (
    value.length === 1 &&
    isAll(name, charClass.uriHeader) &&
    value.every((part) => part === '' || isAll(part, charClass.uriHeader))
  )
}

/** RFC 3261 25.1 Via, without its parameters: `SIP/2.0/UDP host[:port]`. */
export const isViaStart = (text: string): boolean =>
  /^[^\s/;]+\s*\/\s*[^\s/;]+\s*\/\s*[^\s/;]+\s+(\[[0-9a-fA-F:.]+\]|[\w.-]+)(\s*:\s*\d{1,5})?$/.test(text)

/** RFC 3261 25.1 SIP-date: RFC 1123 form and always GMT. */
export const isSipDate = (text: string): boolean =>
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/i.test(
    text,
  )

export const isCallId = (text: string): boolean => {
  const [local = '', ...host] = text.split('@')
  return host.length <= 1 && isAll(local, charClass.word) && host.every((part) => isAll(part, charClass.word))
}

/** `type "/" subtype *(";" attribute "=" value)`. */
export function mediaTypeFault(text: string): Fault {
  const semicolonAt = text.indexOf(';')
  const [type = '', subtype = '', ...rest] = text.slice(0, semicolonAt < 0 ? undefined : semicolonAt).split('/')
  if (rest.length > 0 || !isToken(type.trim()) || !isToken(subtype.trim())) return 'is no media type'
  return semicolonAt < 0 ? undefined : paramsFault(text, semicolonAt)
}

/** RFC 3261 25.1 delta-seconds: at most 2**32 - 1; a comment and parameters may follow where `more` is allowed. */
export function deltaSecondsFault(text: string, more: boolean): Fault {
  const digits = /^\d+/.exec(text.slice(0, 400))?.[0] ?? ''
  if (digits === '' || (!more && digits.length !== text.length)) return 'is no number of seconds'
  return Number(digits) > 0xffff_ffff ? 'is more than 2**32 - 1 seconds' : undefined
}

/** `warn-code SP warn-agent SP warn-text`. */
export function isWarning(text: string): boolean {
  const start = /^\d{3} \S+ (?=")/.exec(text.slice(0, 400))
  return start !== null && endOfQuoted(text, start[0].length) === text.length
}
