import { createHash } from 'node:crypto'
import { httpFields, httpList } from '../../../src/probe/http.js'
import type { Opening } from '../../../src/probe/wire.js'
import type { Link } from './link.js'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const right = `Basic ${Buffer.from('alice:palice').toString('base64')}`

/** The server's side of opening handshakes (RFC 6455 4.2): the head of its answer; undefined for silence. */
export function upgradeAnswer({ head }: Opening, link: Link, guarded: boolean): string | undefined {
  if (!/^\S+ \S+ HTTP\/1/.test(head)) return link.has('takes raw SIP') ? 'SIP/2.0 200 OK\r\n\r\n' : refusal(400)
  const field = (name: string): string => httpFields(head, name)[0] ?? ''
  if (field('Upgrade') === '' && field('Connection') === '' && link.has('silent to HTTP')) return undefined
  const malformed = malformation(head, field)
  if (malformed && !link.has('upgrades anything')) return refusal(426)
  if (/invalid$/.test(field('Origin'))) return link.has('redirects origins') ? refusal(302) : refusal(403)
  if (head.includes('/nowhere')) return refusal(link.has('500 for unknown paths') ? 500 : 404)
  if (!field('Cookie').includes('session=right') && !link.has('ignores cookies')) return refusal(401)
  if (guarded && field('Authorization') !== right) {
    return refusal(401, link.has('no challenge') ? '' : 'WWW-Authenticate: Basic realm="far"\r\n')
  }
  return upgraded(head, link)
}

function malformation(head: string, field: (name: string) => string): boolean {
  return (
    !/^GET \S+ HTTP\/1\.1\r\n/.test(head) ||
    field('Upgrade') !== 'websocket' ||
    field('Connection') !== 'Upgrade' ||
    Buffer.from(field('Sec-WebSocket-Key'), 'base64').length !== 16 ||
    field('Sec-WebSocket-Version') !== '13'
  )
}

function upgraded(head: string, link: Link): string {
  const offered = httpList(head, 'Sec-WebSocket-Protocol')
  const chosen = link.has('always sip')
    ? 'sip'
    : link.has('the first protocol')
      ? offered[0]
      : offered.find((each) => (link.has('any case') ? each.toLowerCase() : each) === 'sip')
  if (chosen === undefined && !link.has('no protocol')) return refusal(400)
  const deflate = httpList(head, 'Sec-WebSocket-Extensions').some((each) => each.startsWith('permessage-deflate'))
  const accept = createHash('sha1')
    .update(`${httpFields(head, 'Sec-WebSocket-Key')[0]}${guid}`)
    .digest('base64')
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(chosen === undefined ? [] : [`Sec-WebSocket-Protocol: ${link.has('any case') ? 'sip' : chosen}`]),
    ...(deflate || link.has('compresses unasked')
      ? ['Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover']
      : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

const refusal = (status: number, more = ''): string =>
  `HTTP/1.1 ${status} Refused\r\nSec-WebSocket-Version: 13\r\n${more}Content-Length: 0\r\n\r\n`
