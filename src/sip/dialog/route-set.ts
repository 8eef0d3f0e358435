import { parseNameAddr } from '../message/name-addr.js'
import { uriParam } from '../message/uri.js'

/** What a route set and a remote target make of a request. */
export interface Target {
  readonly requestUri: string
  /** Route values in order, each with brackets. */
  readonly routes: readonly string[]
  /** The URI that the request is sent to (RFC 3261 8.1.2). */
  readonly nextHop: string
}

/**
 * RFC 3261 12.2.1.1. Route values hold what Record-Route said. With a loose router first the Request-URI is the remote
 * target; a strict router wants to find itself there, and the remote target goes to the end of Route.
 */
export function targetOf(routeSet: readonly string[], remoteTarget: string): Target {
  const first = routeSet[0]
  if (first === undefined) return { requestUri: remoteTarget, routes: [], nextHop: remoteTarget }
  const { uri } = parseNameAddr(first)
  if (uriParam(uri, 'lr') !== undefined) return { requestUri: remoteTarget, routes: routeSet, nextHop: uri }
  const requestUri = requestUriOf(uri)
  return { requestUri, routes: [...routeSet.slice(1), `<${remoteTarget}>`], nextHop: requestUri }
}

/** A URI without what a Request-URI must not have: the method parameter and headers (RFC 3261 19.1.1 table 1). */
export function requestUriOf(uri: string): string {
  const queryAt = uri.indexOf('?')
  const plain = queryAt < 0 ? uri : uri.slice(0, queryAt)
  return /;method=/i.test(plain) ? plain.replace(/;method=[^;]*/gi, '') : plain
}
