import type { Address } from '../../model/address.js'
import { afterBlanks, afterToken, isDigits, trimmed } from './char-class.js'
import { noParams, type Params, parseParams, writeParams } from './params.js'

/** One Via value (RFC 3261 20.42). Hosts are without brackets. */
export interface Via {
  /** `SIP/2.0`. */
  readonly protocol: string
  /** As written: `UDP`, `TCP`, `TLS`, `WS`, `WSS`. */
  readonly transport: string
  readonly host: string
  readonly port: number | undefined
  /** '' when there is none (RFC 2543). */
  readonly branch: string
  readonly received: string | undefined
  /** RFC 3581: the value; a request's flag without value is only in `params`. */
  readonly rport: number | undefined
  readonly params: Params
}

export const emptyVia: Via = {
  protocol: '',
  transport: '',
  host: '',
  port: undefined,
  branch: '',
  received: undefined,
  rport: undefined,
  params: noParams,
}

const slash = 0x2f

/** Index after `"/"` and the white space that RFC 3261 25.1 SLASH allows around it; -1 without one. */
function afterSlash(text: string, from: number): number {
  const at = afterBlanks(text, from)
  return text.charCodeAt(at) === slash ? afterBlanks(text, at + 1) : -1
}

const usualProtocol = 'SIP/2.0/'

/** Index after `name "/" version "/"` in any spacing; -1 when it is not there. */
function afterProtocol(text: string, start: number): number {
  const versionStart = afterSlash(text, afterToken(text, start))
  return versionStart < 0 ? -1 : afterSlash(text, afterToken(text, versionStart))
}

/** Lenient: always gives its best reading of one value; what is not there is '' or undefined. */
export function parseVia(text: string): Via {
  const start = afterBlanks(text, 0)
  const usual = text.startsWith(usualProtocol, start)
  const transportStart = usual ? afterBlanks(text, start + usualProtocol.length) : afterProtocol(text, start)
  if (transportStart < 0) return emptyVia
  const transportEnd = afterToken(text, transportStart)
  const semicolonAt = text.indexOf(';', transportEnd)
  const sentByEnd = semicolonAt < 0 ? text.length : semicolonAt
  const params = parseParams(text, sentByEnd)
  const sentBy = trimmed(text, transportEnd, sentByEnd)
  const portAt = portColon(sentBy)
  const rport = params.get('rport')
  const received = params.get('received')
  return {
    protocol: usual ? 'SIP/2.0' : text.slice(start, text.lastIndexOf('/', transportStart)).replace(/\s+/g, ''),
    transport: text.slice(transportStart, transportEnd),
    host: withoutBrackets(portAt < 0 ? sentBy : trimmed(sentBy, 0, portAt)),
    port: portAt < 0 ? undefined : parsePort(trimmed(sentBy, portAt + 1)),
    branch: params.get('branch') ?? '',
    received: received === undefined ? undefined : withoutBrackets(received),
    rport: rport === undefined ? undefined : parsePort(rport),
    params,
  }
}

/** Where the colon before the port stands in `host[:port]`, after the brackets of an IPv6 reference. */
const portColon = (sentBy: string): number =>
  sentBy.indexOf(':', sentBy.charCodeAt(0) === 0x5b ? sentBy.indexOf(']') : 0)

export const withoutBrackets = (host: string): string =>
  host.charCodeAt(0) === 0x5b && host.endsWith(']') ? host.slice(1, -1) : host

export const withBrackets = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** A port of 0 to 65535, or undefined. */
export function parsePort(text: string): number | undefined {
  if (text.length > 5 || !isDigits(text)) return undefined
  const port = Number(text)
  return port <= 65535 ? port : undefined
}

/** What a Via is written from: `branch`, `received` and `rport` are taken from `params` only. */
export interface ViaParts {
  readonly transport: string
  readonly host: string
  readonly port?: number | undefined
  readonly params?: Params
}

export const writeVia = (via: ViaParts): string =>
  `SIP/2.0/${via.transport} ${withBrackets(via.host)}${via.port === undefined ? '' : `:${via.port}`}${writeParams(via.params)}`

/**
 * The Via value as the server that received the request keeps it: `received` when the source differs from the
 * sent-by host or rport was asked for (RFC 3261 18.2.1, RFC 3581 4), and the port in `rport`.
 */
export function stampVia(value: string, source: Address): string {
  const via = parseVia(value)
  const wantsPort = via.params.has('rport')
  if (!wantsPort && via.host === source.host) return value
  const [sentBy = '', ...params] = value.split(';')
  let stamped = sentBy
  for (const param of params) {
    const name = param.split('=', 1)[0]?.trim().toLowerCase()
    if (name !== 'received') stamped += name === 'rport' ? `;rport=${source.port}` : `;${param}`
  }
  return `${stamped};received=${source.host}`
}
