import type { SipMessage } from '../sip/message/sip-message.js'
import { parseVia } from '../sip/message/via.js'
import type { OwnAddresses } from './own-addresses.js'
import type { RoutePlan } from './route-plan.js'

/** RFC 5393 5.3.3: what a request may be forked into at most, and what one without the field is given. */
const mostBreadth = 60

/** Branches that this request may have at the same time. */
export function breadthOf(request: SipMessage): number {
  const text = request.get('Max-Breadth')
  return text === undefined || !/^\d{1,9}$/.test(text) ? mostBreadth : Math.min(mostBreadth, Number(text))
}

/** RFC 5393 4.2.1, the second part of a branch: what decides where a request is forwarded to. */
export function loopMark(request: SipMessage, { routes }: RoutePlan): string {
  const text = `${request.requestUri} ${routes.join(',')}`
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return `.l${(hash >>> 0).toString(36)}`
}

/** RFC 5393 4.2.2: this request was forked here before, for the same destination. */
export const hasLooped = (request: SipMessage, own: OwnAddresses, mark: string): boolean =>
  request.list('Via').some((value) => {
    const { host, port, branch } = parseVia(value)
    return branch.endsWith(mark) && own.isSentBy(host, port)
  })
