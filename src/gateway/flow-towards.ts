import { isIP } from 'node:net'
import type { SipUri } from '../sip/message/uri.js'
import type { Flow } from './flow-table.js'

/**
 * The flow to a contact of the peer that a message came from. A connection is used both ways (RFC 5626, RFC 5923), so
 * that contacts of WebSocket clients in `.invalid` (RFC 7118 5) need no resolving. Over UDP the contact's own port is
 * used when it is on the same host; any other host is behind a NAT or a name, and the source is right.
 */
export function flowTowards(contact: SipUri, source: Flow): Flow {
  if (!source.to || isIP(contact.host) === 0 || contact.host !== source.to.host) return source
  const port = contact.port ?? 5060
  return port === source.to.port ? source : { channel: source.channel, to: { host: contact.host, port } }
}
