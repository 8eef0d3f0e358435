import { parseNameAddr } from '../sip/message/name-addr.js'
import type { Params } from '../sip/message/params.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri } from '../sip/message/uri.js'
import type { OwnAddresses } from './own-addresses.js'

/** A request after the gateway's own Route values are taken off (RFC 3261 16.4). */
export interface RoutePlan {
  readonly uri: string
  /** Route values that remain, as written. */
  readonly routes: readonly string[]
  /** URI parameters of the last own Route that was taken off: what record-routing left there for later. */
  readonly record: Params | undefined
}

export function planRoute(request: SipMessage, own: OwnAddresses): RoutePlan {
  const routes = request.list('Route')
  let uri = request.requestUri
  let record: Params | undefined
  const target = parseUri(uri)
  // 16.4: a strict router before us has put our Record-Route value into the Request-URI, and the target at the end.
  if (target?.params.has('lr') && own.isOwn(target) && routes.length > 0) {
    record = target.params
    uri = parseNameAddr(routes.pop() ?? '').uri
  }
  while (routes[0] !== undefined) {
    const top = parseUri(parseNameAddr(routes[0]).uri)
    if (!top || !own.isOwn(top)) break
    // With r2=on the second value carries the same parameters; that of the far side is left at the end.
    record = top.params
    routes.shift()
  }
  return { uri, routes, record }
}

/** RFC 3261 16.6 step 6: a next hop without `lr` is a strict router and wants to be the Request-URI. */
export function forStrictRouter(uri: string, routes: readonly string[]): { uri: string; routes: readonly string[] } {
  const [top, ...rest] = routes
  if (top === undefined) return { uri, routes }
  const next = parseNameAddr(top).uri
  if (parseUri(next)?.params.has('lr')) return { uri, routes }
  return { uri: next, routes: [...rest, `<${uri}>`] }
}
