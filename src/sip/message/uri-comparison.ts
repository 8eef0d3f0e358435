import type { Params } from './params.js'
import { parseUri, type SipUri } from './uri.js'

/** RFC 3261 19.1.4: a parameter of these that is in one URI only makes the URIs differ. */
const decisive = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URI texts are equivalent: RFC 3261 19.1.4, for tel RFC 3966 5; other schemes by their characters. */
export function sameUri(a: string, b: string): boolean {
  if (a === b) return true
  const left = parseUri(a)
  const right = parseUri(b)
  if (left === undefined || right === undefined || left.scheme !== right.scheme) return false
  if (left.scheme === 'tel') return sameTel(left, right)
  return (
    normalized(left.user) === normalized(right.user) &&
    normalized(left.password ?? '') === normalized(right.password ?? '') &&
    canonicalHost(left.host) === canonicalHost(right.host) &&
    left.port === right.port &&
    sameParams(left.params, right.params) &&
    sameHeaders(left.headers, right.headers)
  )
}

/** Escapes of characters that need none stand for the characters; the digits of other escapes have no case. */
const normalized = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (octet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[A-Za-z0-9\-_.!~*'()]/.test(character) ? character : octet.toUpperCase()
  })

const sameValue = (a: string, b: string): boolean => normalized(a).toLowerCase() === normalized(b).toLowerCase()

function sameParams(a: Params, b: Params): boolean {
  const left = normalizedNames(a)
  const right = normalizedNames(b)
  for (const [name, value] of left) {
    const other = right.get(name)
    if (other !== undefined && !sameValue(value, other)) return false
  }
  return decisive.every((name) => left.has(name) === right.has(name))
}

const normalizedNames = (params: Params): Params =>
  new Map(Array.from(params, ([name, value]) => [normalized(name).toLowerCase(), value]))

function sameHeaders(a: Params, b: Params): boolean {
  const left = normalizedNames(a)
  const right = normalizedNames(b)
  if (left.size !== right.size) return false
  for (const [name, value] of left) {
    const other = right.get(name)
    if (other === undefined || normalized(value) !== normalized(other)) return false
  }
  return true
}

function sameTel(a: SipUri, b: SipUri): boolean {
  const number = (uri: SipUri): string => uri.user.replace(/[-.()]/g, '').toLowerCase()
  if (number(a) !== number(b) || a.params.size !== b.params.size) return false
  for (const [name, value] of a.params) {
    const other = b.params.get(name)
    if (other === undefined || !sameValue(value, other)) return false
  }
  return true
}

/** Lower case; an IPv6 address with all its groups, so that two ways of writing it are equal (RFC 5954 4.2). */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase()
  if (!lower.includes(':')) return lower
  const [head = '', tail, ...rest] = withHexQuads(lower).split('::')
  if (rest.length > 0) return lower
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const missing = 8 - before.length - after.length
  if (missing < 0 || (tail === undefined && missing !== 0)) return lower
  return [...before, ...new Array<string>(missing).fill('0'), ...after].join(':')
}

const groups = (text: string): string[] =>
  text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''))

/** The dotted end of an IPv4-mapped address as two groups. */
const withHexQuads = (host: string): string =>
  host.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
