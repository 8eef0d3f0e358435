import type { SipMessage } from '../message/sip-message.js'

/** Option tag of RFC 4028. */
export const timerTag = 'timer'

/** RFC 4028 5: what Min-SE is when it is absent, and the lowest value anybody may ask for. */
export const DEFAULT_MIN_SE_SECONDS = 90

export type Refresher = 'uac' | 'uas'

export interface SessionExpires {
  readonly seconds: number
  readonly refresher: Refresher | undefined
}

/** Session-Expires of a message; undefined when it is absent or no number. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  const match = /^(\d{1,10})\s*(?:;|$)/.exec(message.get('Session-Expires') ?? '')
  if (match === null) return undefined
  const refresher = /;\s*refresher\s*=\s*"?(uac|uas)\b/i.exec(message.get('Session-Expires') ?? '')?.[1]?.toLowerCase()
  return { seconds: Number(match[1]), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined }
}

/** Min-SE of a message in seconds; 0 when it is absent. */
export function minSeOf(message: SipMessage): number {
  const match = /^\d{1,10}/.exec(message.get('Min-SE') ?? '')
  return match ? Number(match[0]) : 0
}

export const supportsTimer = (message: SipMessage): boolean =>
  message.list('Supported').some((tag) => tag.toLowerCase() === timerTag)

/** What a callee answers to a request's wish for a session timer. */
export type IntervalAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'too-small' }
  | { readonly kind: 'agreed'; readonly seconds: number; readonly refresher: Refresher; readonly required: boolean }

/**
 * RFC 4028 9 and its table 2. `ownSeconds` is the longest interval that we accept, `preferred` who shall refresh when
 * the request leaves that to us. Without Session-Expires in the request we ask for our own.
 */
export function answerInterval(
  request: SipMessage,
  own: { readonly seconds: number; readonly minSeconds: number; readonly preferred: Refresher },
): IntervalAnswer {
  const wanted = sessionExpiresOf(request)
  const supported = supportsTimer(request)
  const floor = Math.max(minSeOf(request), DEFAULT_MIN_SE_SECONDS)
  if (wanted === undefined) {
    if (!supported) return { kind: 'none' }
    return { kind: 'agreed', seconds: Math.max(own.seconds, floor), refresher: own.preferred, required: true }
  }
  // Refusing a caller that does not know 422 would only fail the call (RFC 4028 8.1 says so of proxies).
  if (supported && wanted.seconds < own.minSeconds) return { kind: 'too-small' }
  const seconds = Math.min(wanted.seconds, Math.max(own.seconds, floor))
  if (!supported) return { kind: 'agreed', seconds, refresher: 'uas', required: false }
  return { kind: 'agreed', seconds, refresher: wanted.refresher ?? own.preferred, required: true }
}
