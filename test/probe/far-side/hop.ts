import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import { SipMessage as Message } from '../../../src/sip/message/sip-message.js'
import type { Line, Link } from './link.js'

export const self = '127.0.0.1:5060'
const selfRoute = `<sip:${self};lr>`

/** Where one branch goes. */
export interface Aim {
  readonly uri: string
  readonly line: Line | undefined
  readonly routes: readonly string[]
}

export interface Routed {
  readonly uri: string
  readonly routes: readonly string[]
}

/** RFC 3261 16.4: what a strict router did is undone, and our own Route goes. */
export function routeOf(request: SipMessage, link: Link): Routed {
  const routes = request.list('Route')
  let uri = request.requestUri
  if (uri.includes(self) && /;lr/.test(uri) && routes.length > 0 && !link.has('no strict routers')) {
    uri = /<([^>]*)>/.exec(routes.pop() ?? '')?.[1] ?? uri
  }
  if (uri.includes('maddr=127.0.0.1') && !/:4\d{4}/.test(uri) && !link.has('keeps maddr'))
    uri = uri.replace(/;maddr=[^;]*/, '')
  if (/:(4\d{4});maddr=127\.0\.0\.1/.test(uri) && link.has('ignores maddr')) uri = uri.replace(/:4\d{4}/, ':4')
  const own = routes[0]?.includes(self) === true
  return { uri, routes: own ? routes.slice(1) : routes }
}

interface Copy {
  readonly id: string
  readonly aim: Aim
  readonly link: Link
}

/** RFC 3261 16.6. */
export function forwardedText(request: SipMessage, { id, aim, link }: Copy): string {
  const [next] = aim.routes
  const strict = next !== undefined && !/;lr/.test(next) && !link.has('loose routes only')
  const uri = strict ? (/<([^>]*)>/.exec(next)?.[1] ?? '') : aim.uri
  const routes = strict ? [...aim.routes.slice(1), `<${aim.uri}>`] : aim.routes
  const head = request.text.slice(0, request.head.bodyStart)
  const breadth = Number(request.get('Max-Breadth') ?? 60)
  const kept = head
    .split('\r\n')
    .slice(1)
    .filter((line) => !/^(Route|Max-Forwards|Max-Breadth):/i.test(line) && line !== '')
  const transport = (aim.line?.transport ?? 'udp').toUpperCase()
  const lines = [
    `${request.method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${self};branch=${id}`,
    ...routes.map((route) => `Route: ${route}`),
    ...(link.has('keeps its Route') ? request.getAll('Route').map((route) => `Route: ${route}`) : []),
    ...(request.method === 'INVITE' && !link.has('no Record-Route') ? [`Record-Route: ${selfRoute}`] : []),
    `Max-Forwards: ${Number(request.get('Max-Forwards') ?? 70) - 1}`,
    `Max-Breadth: ${link.has('no breadth limit') ? breadth : Math.min(breadth, 60)}`,
    ...kept,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${request.bodyText}`
}

export const withVias = (response: SipMessage, vias: readonly string[]): string => {
  const [start = '', ...others] = response.text.slice(0, response.head.bodyStart).split('\r\n')
  const kept = others.filter((line) => !/^Via:/i.test(line) && line !== '')
  return `${[start, ...vias.map((via) => `Via: ${via}`), ...kept].join('\r\n')}\r\n\r\n${response.bodyText}`
}

export const challengesOf = (text: string): string[] =>
  text.split('\r\n').filter((line) => /^(WWW|Proxy)-Authenticate:/.test(line))

/** ACK and CANCEL of a hop: as the INVITE that was sent there. */
export function hopText(text: string, method: string, to?: string): string {
  const invite = Message.parse(Buffer.from(text, 'latin1'))
  const routes = invite.list('Route').map((route) => `Route: ${route}`)
  return [
    `${method} ${invite.requestUri} SIP/2.0`,
    `Via: ${invite.list('Via')[0]}`,
    ...routes,
    'Max-Forwards: 70',
    `From: ${invite.get('From')}`,
    `To: ${to ?? invite.get('To')}`,
    `Call-ID: ${invite.callId}`,
    `CSeq: ${invite.cseq} ${method}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}

/** Of what a request is forwarded for. */
export function markOf(uri: string): string {
  let mark = 7
  for (const character of uri) mark = (mark * 31 + character.charCodeAt(0)) >>> 0
  return mark.toString(36)
}
