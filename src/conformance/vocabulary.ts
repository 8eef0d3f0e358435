import type { Defect, DefectCode } from '../sip/message/defect.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { parseUri, type SipUri } from '../sip/message/uri.js'
import type { HopTransaction } from './model/hop-transaction.js'
import { type ObservedMessage, sameEnd } from './model/observed-message.js'
import { at, offset, type Point, startLine } from './point.js'
import { type Judgement, pass, violation } from './rule.js'

/** Words that the rules are written in. */

export const transportIsSecure = ({ transport }: ObservedMessage): boolean => transport === 'tls' || transport === 'wss'
export const isWebSocket = ({ transport }: ObservedMessage): boolean => transport === 'ws' || transport === 'wss'

/** Every one of the fields is there. */
export function carries(message: ObservedMessage, ...names: readonly string[]): Judgement {
  const missing = names.find((name) => !message.sip.has(name))
  return missing === undefined ? pass : violation(`${missing} is missing`, at(message, missing))
}

/** None of the fields is there. */
export function lacks(message: ObservedMessage, ...names: readonly string[]): Judgement {
  const present = names.find((name) => message.sip.has(name))
  return present === undefined ? pass : violation(`${present} is there`, at(message, present))
}

/** No defect of these codes; `about` narrows to those whose text names one of these fields. */
export function flawless(message: ObservedMessage, codes: readonly DefectCode[], about?: readonly string[]): Judgement {
  const defect = message.sip.defects.find(
    ({ code, text }) => codes.includes(code) && (about?.some((name) => text.startsWith(`${name} `)) ?? true),
  )
  return defect === undefined ? pass : ofDefect(message, defect)
}

export const ofDefect = (message: ObservedMessage, { text, offset: start }: Defect): Judgement =>
  violation(text.replace(/\.$/, ''), offset(message, start))

/** Elements of a list of tokens in lower case. */
export const tokens = ({ sip }: ObservedMessage, name: string): readonly string[] =>
  sip
    .list(name)
    .map((token) => token.toLowerCase())
    .filter((token) => token !== '')

export const uriOf = (value: string): string => parseNameAddr(value).uri

/** URIs of a list of addresses; `*` stays as it is. */
export const urisOf = ({ sip }: ObservedMessage, name: string): readonly string[] => sip.list(name).map(uriOf)

/** The URI of the first address of a field, taken apart. */
export function firstUri({ sip }: ObservedMessage, name: string): SipUri | undefined {
  const [first] = sip.list(name)
  return first === undefined ? undefined : parseUri(uriOf(first))
}

export const isSips = (uri: string): boolean => /^sips:/i.test(uri)
export const isSipOrSips = (uri: string): boolean => /^sips?:/i.test(uri)

/** The same list of addresses: URIs and parameters as they are written, but for white space and display names. */
export const sameAddresses = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => written(value) === written(b[index] ?? ''))

const written = (value: string): string => {
  const { uri, params } = parseNameAddr(value)
  return `${uri} ${[...params].map((pair) => pair.join('=')).join(';')}`
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`

/** The request that a response answers on its hop. */
export const requestOf = (response: ObservedMessage): ObservedMessage | undefined => response.transaction?.request

/** Copies of a request in the order of their sending, with the first. */
export const sendings = ({ requests, method }: HopTransaction): readonly ObservedMessage[] =>
  requests.filter((request) => request.method === method)

/** The request that a CANCEL is for; undefined when the capture does not show it. */
export const cancelled = (cancel: HopTransaction): HopTransaction | undefined =>
  cancel.conversation.siblingOf(cancel, 'INVITE')

/** The transaction that was redirected (3xx) and that this one follows, made by the same user agent with the next CSeq. */
export function redirectionBefore({ conversation, method, request }: HopTransaction): HopTransaction | undefined {
  if (!request.isFirstHop) return undefined
  return conversation.transactions.find(({ request: earlier, method: earlierMethod, final }) => {
    if (earlierMethod !== method || final === undefined || Math.floor(final.status / 100) !== 3) return false
    const follows = final.atMs < request.atMs && earlier.sip.cseq + 1 === request.sip.cseq
    return follows && earlier.isFirstHop && sameEnd(earlier.source, request.source)
  })
}

const uriFields = ['From', 'To', 'Contact', 'Route', 'Record-Route', 'Reply-To', 'Refer-To', 'Path', 'Service-Route']

/** Every sip and sips URI of a message: the Request-URI and those of its addresses. */
export function sipUrisOf(message: ObservedMessage): readonly string[] {
  const uris = message.isRequest ? [message.sip.requestUri] : []
  for (const name of uriFields) if (message.sip.has(name)) uris.push(...urisOf(message, name))
  return uris.filter(isSipOrSips)
}

export function pointAtUri(message: ObservedMessage, uri: string): Point {
  if (message.isRequest && message.sip.requestUri === uri) return startLine(message, uri)
  return at(message, uriFields.find((name) => urisOf(message, name).includes(uri)) ?? 'Contact', uri)
}

interface NamedValue {
  readonly name: string
  readonly value: string
}

const named = ({ sip }: ObservedMessage, ...names: readonly string[]): readonly NamedValue[] =>
  names.flatMap((name) => sip.getAll(name).map((value) => ({ name, value })))

export const challengesOf = (response: ObservedMessage): readonly NamedValue[] =>
  named(response, 'WWW-Authenticate', 'Proxy-Authenticate')

export const credentialsOf = (request: ObservedMessage): readonly NamedValue[] =>
  named(request, 'Authorization', 'Proxy-Authorization')
