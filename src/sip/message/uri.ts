import { charClass, hasClass, isAll, lowerCase } from './char-class.js'
import { noParams, type Params, parseParams, writeParams } from './params.js'
import { parsePort, withBrackets } from './via.js'

/** A sip, sips or tel URI. Texts are as written, escapes kept; an IPv6 host is without brackets. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel'
  /** The number of a tel URI; '' when there is none. */
  readonly user: string
  readonly password: string | undefined
  /** '' in a tel URI. */
  readonly host: string
  readonly port: number | undefined
  readonly params: Params
  /** After `?`; several fields of one name are joined by commas. */
  readonly headers: Params
}

/** What a URI can be written from. */
export interface UriParts {
  readonly scheme?: 'sip' | 'sips' | 'tel'
  readonly user?: string
  readonly password?: string | undefined
  readonly host?: string
  readonly port?: number | undefined
  readonly params?: Params
  readonly headers?: Params
}

const bracket = 0x5b
const colon = 0x3a

/** Undefined for other schemes and for what cannot be a URI; lenient with characters that ought to be escaped. */
export function parseUri(text: string): SipUri | undefined {
  const colonAt = text.indexOf(':')
  if (colonAt < 3 || colonAt > 4 || hasForbidden(text)) return undefined
  const scheme = lowerCase(text.slice(0, colonAt))
  if (scheme === 'tel') return parseTel(text, colonAt + 1)
  if (scheme !== 'sip' && scheme !== 'sips') return undefined
  const atSign = text.indexOf('@', colonAt)
  const hostStart = atSign < 0 ? colonAt + 1 : atSign + 1
  const hostEnd = endOfHost(text, hostStart)
  if (hostEnd <= hostStart) return undefined
  const bracketed = text.charCodeAt(hostStart) === bracket
  const host = bracketed ? text.slice(hostStart + 1, hostEnd - 1) : text.slice(hostStart, hostEnd)
  if (!(bracketed ? isIpv6Text(host) : isAll(host, charClass.hostName))) return undefined
  const queryAt = text.indexOf('?', hostEnd)
  const end = queryAt < 0 ? text.length : queryAt
  const semicolonAt = text.indexOf(';', hostEnd)
  const paramsAt = semicolonAt < 0 || semicolonAt > end ? end : semicolonAt
  let port: number | undefined
  if (hostEnd < paramsAt) {
    port = text.charCodeAt(hostEnd) === colon ? parsePort(text.slice(hostEnd + 1, paramsAt)) : undefined
    if (port === undefined) return undefined
  }
  const passwordAt = atSign < 0 ? -1 : text.slice(0, atSign).indexOf(':', colonAt + 1)
  return {
    scheme,
    user: atSign < 0 ? '' : text.slice(colonAt + 1, passwordAt < 0 ? atSign : passwordAt),
    password: passwordAt < 0 ? undefined : text.slice(passwordAt + 1, atSign),
    host,
    port,
    params: paramsAt === end ? noParams : parseParams(text, paramsAt, end),
    headers: queryAt < 0 ? noParams : parseHeaders(text.slice(queryAt + 1)),
  }
}

/** White space, controls, quotes and brackets are in no URI, escaped or not. */
function hasForbidden(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x7f) return true
  }
  return false
}

function endOfHost(text: string, start: number): number {
  if (text.charCodeAt(start) === bracket) return text.indexOf(']', start) + 1
  let at = start
  while (at < text.length && hasClass(text.charCodeAt(at), charClass.hostName)) at++
  return at
}

const isIpv6Text = (host: string): boolean => host.includes(':') && /^[0-9a-fA-F:.]+$/.test(host)

function parseTel(text: string, start: number): SipUri | undefined {
  const semicolonAt = text.indexOf(';', start)
  const user = text.slice(start, semicolonAt < 0 ? undefined : semicolonAt)
  if (user === '') return undefined
  const params = semicolonAt < 0 ? noParams : parseParams(text, semicolonAt)
  return { scheme: 'tel', user, password: undefined, host: '', port: undefined, params, headers: noParams }
}

function parseHeaders(query: string): Params {
  const headers = new Map<string, string>()
  for (const field of query.split('&')) {
    const equalAt = field.indexOf('=')
    const name = lowerCase(equalAt < 0 ? field : field.slice(0, equalAt))
    if (name === '') continue
    const value = equalAt < 0 ? '' : field.slice(equalAt + 1)
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}

export function writeUri(uri: UriParts): string {
  const scheme = uri.scheme ?? 'sip'
  if (scheme === 'tel') return `tel:${uri.user ?? ''}${writeParams(uri.params)}`
  const password = uri.password === undefined ? '' : `:${uri.password}`
  const user = uri.user === undefined || (uri.user === '' && password === '') ? '' : `${uri.user}${password}@`
  const port = uri.port === undefined ? '' : `:${uri.port}`
  return `${scheme}:${user}${withBrackets(uri.host ?? '')}${port}${writeParams(uri.params)}${writeHeaders(uri.headers)}`
}

function writeHeaders(headers: Params | undefined): string {
  if (headers === undefined || headers.size === 0) return ''
  return `?${[...headers].map(([name, value]) => `${name}=${value}`).join('&')}`
}

/** A parameter of a URI text: its value, '' when it has none, undefined when it is not there. */
export function uriParam(text: string, name: string): string | undefined {
  // Only URI parameters that follow the host count; a user part may hold semicolons of its own.
  const semicolonAt = text.indexOf(';', text.indexOf('@') + 1)
  if (semicolonAt < 0) return undefined
  const queryAt = text.indexOf('?', semicolonAt)
  return parseParams(text, semicolonAt, queryAt < 0 ? text.length : queryAt).get(lowerCase(name))
}

/** `%XX` decoded once (RFC 4475 3.1.1.3); what is no escape stays. */
export const unescapeUri = (text: string): string =>
  text.includes('%')
    ? text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text

const escapeAllBut = (wanted: number) => {
  return (text: string): string => {
    let escaped = ''
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      const plain = hasClass(code, wanted) && code !== 0x25
      escaped += plain ? text[i] : `%${code.toString(16).toUpperCase().padStart(2, '0')}`
    }
    return escaped
  }
}

/** A latin1 text as user part, parameter value or header value of a URI. */
export const escapeUser = escapeAllBut(charClass.user)
export const escapeUriParam = escapeAllBut(charClass.uriParam)
export const escapeUriHeader = escapeAllBut(charClass.uriHeader)
