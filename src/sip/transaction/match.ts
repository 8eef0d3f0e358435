import type { SipMessage } from '../message/sip-message.js'

/** RFC 3261 8.1.1.7: what the branch of a request made by this specification begins with. */
export const magicCookie = 'z9hG4bK'

/**
 * RFC 3261 17.2.3: a request belongs to the server transaction with the same branch, sent-by and method, an ACK to
 * its INVITE. Without the magic cookie the branch means nothing and the RFC 2543 rules hold.
 */
export function serverKey(request: SipMessage, method: string): string {
  const via = request.topVia
  if (!via.branch.startsWith(magicCookie)) return rfc2543Key(request, method)
  return `${via.branch} ${method} ${via.host}:${via.port ?? ''}`
}

/**
 * Request-URI, From tag, Call-ID, CSeq number and top Via. The To tag, which an ACK has and its INVITE lacks, is left
 * out: the rest of them already tells transactions apart.
 */
function rfc2543Key(request: SipMessage, method: string): string {
  const via = request.list('Via')[0] ?? ''
  return `${request.requestUri} ${request.fromTag} ${request.callId} ${request.cseq} ${method} ${via}`
}

/** An ACK matches its INVITE; a CANCEL has a transaction of its own. */
export const matchingMethod = (method: string): string => (method === 'ACK' ? 'INVITE' : method)
