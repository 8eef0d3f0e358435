import type { SipMessage } from '../sip/message/sip-message.js'
import { supportedTags } from './profile.js'

/** A request that goes no further: its final response. */
export interface RequestRefusal {
  readonly status: number
  /** Whole field lines. */
  readonly lines: string
}

/** RFC 3261 8.2.2.3: extensions that are required and that we lack. */
export function refuseExtensions(request: SipMessage): RequestRefusal | undefined {
  if (!request.has('Require')) return undefined
  const unknown = request.list('Require').filter((tag) => !supportedTags.has(tag.toLowerCase()))
  return unknown.length === 0 ? undefined : { status: 420, lines: `Unsupported: ${unknown.join(', ')}\r\n` }
}

const optional = /;\s*handling\s*=\s*optional/i

/** RFC 3261 8.2.3: a body of an INVITE that we cannot read and that matters. */
export function refuseBody(request: SipMessage): RequestRefusal | undefined {
  if (request.bodyLength === 0 || optional.test(request.get('Content-Disposition') ?? '')) return undefined
  const encoding = request.get('Content-Encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') return { status: 415, lines: 'Accept-Encoding: identity\r\n' }
  const type = request.get('Content-Type') ?? 'application/sdp'
  return /^application\/sdp\b/i.test(type) ? undefined : { status: 415, lines: 'Accept: application/sdp\r\n' }
}
