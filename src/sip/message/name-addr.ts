import { afterBlanks, isToken, trimmed } from './char-class.js'
import { noParams, type Params, parseParams, writeParams } from './params.js'
import { endOfQuoted, quoteString, unquoteString } from './quoted.js'

/** `name-addr` or `addr-spec` with the header parameters after it, as in From, To, Contact and Route. */
export interface NameAddr {
  /** Without quotes and escapes; '' when there is none. */
  readonly display: string
  /** The URI as written, without brackets. */
  readonly uri: string
  readonly params: Params
}

export const emptyNameAddr: NameAddr = { display: '', uri: '', params: noParams }

const open = 0x3c
const quote = 0x22
const semicolon = 0x3b

/** Lenient: always gives its best reading of one value. */
export function parseNameAddr(text: string): NameAddr {
  const start = afterBlanks(text, 0)
  const openAt = findOpen(text, start)
  if (openAt < 0) return parseAddrSpec(text, start)
  const closeAt = text.indexOf('>', openAt)
  const uriEnd = closeAt < 0 ? text.length : closeAt
  return {
    display: openAt === start ? '' : unquoteString(trimmed(text, start, openAt)),
    uri: trimmed(text, openAt + 1, uriEnd),
    params: closeAt < 0 ? noParams : parseParams(text, closeAt + 1),
  }
}

/** Where the `<` of a name-addr stands; -1 for an addr-spec, whose parameter values may hold a quoted `<`. */
function findOpen(text: string, start: number): number {
  let pastSemicolon = false
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === open) return i
    if (code === semicolon) pastSemicolon = true
    else if (code === quote) {
      if (pastSemicolon) return -1
      const end = endOfQuoted(text, i)
      // A quoted string that is never closed: RFC 4475 3.1.2.6 allows to infer where it ends.
      if (end < 0) return text.indexOf('<', i)
      i = end - 1
    }
  }
  return -1
}

/** RFC 3261 20: without brackets, all parameters are header parameters. */
function parseAddrSpec(text: string, start: number): NameAddr {
  const semicolonAt = text.indexOf(';', start)
  const end = semicolonAt < 0 ? text.length : semicolonAt
  return { display: '', uri: trimmed(text, start, end), params: parseParams(text, end) }
}

/** Always with brackets; the display name is quoted unless it is words of tokens. */
export function writeNameAddr(address: { display?: string; uri: string; params?: Params }): string {
  const display = address.display ?? ''
  const written = display === '' ? '' : `${display.split(' ').every(isToken) ? display : quoteString(display)} `
  return `${written}<${address.uri}>${writeParams(address.params)}`
}
