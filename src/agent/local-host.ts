import { isIP } from 'node:net'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri } from '../sip/message/uri.js'

/** A socket bound to every address says nothing: then the address that the caller used is ours. */
export function localHost(bound: string, request: SipMessage): string {
  if (bound !== '0.0.0.0' && bound !== '::') return bound
  const dialled = parseUri(request.requestUri)?.host ?? ''
  return isIP(dialled) ? dialled : bound === '::' ? '::1' : '127.0.0.1'
}
