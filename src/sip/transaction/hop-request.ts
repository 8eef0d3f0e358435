import { SipMessage } from '../message/sip-message.js'
import type { Wire } from '../message/wire.js'

/**
 * The ACK for a final response other than 2xx (RFC 3261 17.1.1.3): everything of the INVITE's own but To, which is
 * the response's; one Via, the INVITE's top one; and the INVITE's Route.
 */
export function ackFor(invite: Wire, response: SipMessage): string {
  const request = SipMessage.parse(invite)
  return hopRequest(request, 'ACK', response.get('To') ?? request.get('To') ?? '')
}

/** The CANCEL for a request that is still pending (RFC 3261 9.1): the same, with the request's own To. */
export function cancelFor(invite: Wire): string {
  const request = SipMessage.parse(invite)
  return hopRequest(request, 'CANCEL', request.get('To') ?? '')
}

function hopRequest(request: SipMessage, method: 'ACK' | 'CANCEL', to: string): string {
  let text = `${method} ${request.requestUri} SIP/2.0\r\nVia: ${request.list('Via')[0] ?? ''}\r\nMax-Forwards: 70\r\n`
  for (const route of request.getAll('Route')) text += `Route: ${route}\r\n`
  text += `From: ${request.get('From') ?? ''}\r\nTo: ${to}\r\nCall-ID: ${request.callId}\r\n`
  return `${text}CSeq: ${request.cseq} ${method}\r\nContent-Length: 0\r\n\r\n`
}
