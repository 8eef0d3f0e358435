import { headerId, unknownHeader } from '../sip/message/header-table.js'
import { splitList } from '../sip/message/list.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { writeRequestLine, writeStatusLine } from '../sip/message/start-line.js'

/** What changes in a request that is passed on (RFC 3261 16.6). */
export interface RequestChanges {
  readonly uri: string
  /** Our Via value. */
  readonly via: string
  /** Topmost first; empty when we do not stay in the path. */
  readonly recordRoutes: readonly string[]
  readonly routes: readonly string[]
  /** RFC 5393 5.3.3. */
  readonly maxBreadth: number
  /** A fault: Max-Forwards stays as it came. */
  readonly keepsMaxForwards: boolean
  /** Credentials for this realm end here (22.3). */
  readonly realm: string
  /** undefined: as it was. */
  readonly body: string | undefined
}

const DEFAULT_MAX_FORWARDS = 70

const idVia = headerId('Via')
const idRoute = headerId('Route')
const idMaxForwards = headerId('Max-Forwards')
const idContentLength = headerId('Content-Length')
const idProxyAuthorization = headerId('Proxy-Authorization')

const lines = (name: string, values: readonly string[]): string => {
  let text = ''
  for (const value of values) text += `${name}: ${value}\r\n`
  return text
}

/** Fields that are not ours to change go out as they came in, byte for byte and in their order. */
export function writeForwardedRequest(request: SipMessage, changes: RequestChanges): string {
  let text = writeRequestLine(request.method, changes.uri)
  text += `Via: ${changes.via}\r\n`
  text += lines('Record-Route', changes.recordRoutes)
  text += lines('Route', changes.routes)
  const hops = request.get('Max-Forwards')
  text += `Max-Forwards: ${hops === undefined ? DEFAULT_MAX_FORWARDS : Number(hops) - (changes.keepsMaxForwards ? 0 : 1)}\r\n`
  text += `Max-Breadth: ${changes.maxBreadth}\r\n`
  let firstVia = true
  for (const { name, value, start, end } of request.fields()) {
    const id = headerId(name)
    if (id === unknownHeader && name.length === 11 && name.toLowerCase() === 'max-breadth') continue
    if (id === idRoute || id === idMaxForwards || id === idContentLength) continue
    if (id === idProxyAuthorization && value.includes(`realm="${changes.realm}"`)) continue
    if (id === idVia && firstVia) {
      firstVia = false
      // 18.2.1 and RFC 3581: it carries where the request came from.
      text += lines('Via', [request.topViaText, ...splitList(value).slice(1)])
    } else text += `${request.text.slice(start, end)}\r\n`
  }
  const body = changes.body ?? request.bodyText
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`
}

/** A response without our Via (RFC 3261 16.7 step 3); `status` differs from its own for 503 (step 6). */
export function writeForwardedResponse(response: SipMessage, status: number, body: string | undefined): string {
  let text = writeStatusLine(status, status === response.status ? response.reason : 'Server Internal Error')
  let firstVia = true
  for (const { name, value, start, end } of response.fields()) {
    const id = headerId(name)
    if (id === idContentLength) continue
    if (id === idVia && firstVia) {
      firstVia = false
      text += lines('Via', splitList(value).slice(1))
    } else text += `${response.text.slice(start, end)}\r\n`
  }
  const content = body ?? response.bodyText
  return `${text}Content-Length: ${content.length}\r\n\r\n${content}`
}

/** Adds the challenges of other branches to a 401 or 407 (RFC 3261 16.7 step 7). */
export function withChallenges(text: string, from: readonly SipMessage[]): string {
  let added = ''
  for (const response of from) {
    added += lines('WWW-Authenticate', response.getAll('WWW-Authenticate'))
    added += lines('Proxy-Authenticate', response.getAll('Proxy-Authenticate'))
  }
  const end = text.indexOf('\r\n') + 2
  return text.slice(0, end) + added + text.slice(end)
}
