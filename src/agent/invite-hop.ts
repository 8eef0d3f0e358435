import type { ClientRequest, FailedHop, Hop } from './client-request.js'
import type { Session } from './session.js'

/** Where an INVITE goes that failed where it went: the next target of a UDP flow, or the other of two flows (RFC 5626 5.3). */
export function nextInviteHop(
  session: Session,
  request: ClientRequest,
  { kind, retryAfterSeconds }: FailedHop,
): Hop | undefined {
  const { flow, phone } = session
  if (!flow) return undefined
  if (!flow.channel?.reliable) {
    if (!flow.failOver(request.hop, request.hops, retryAfterSeconds)) return undefined
    session.target = flow.target.name
    return flow.hop
  }
  // Silence on a connection may be the far side's: only its own silence proves that it is dead.
  if (kind === 'timeout') flow.probe()
  const other = request.hops < phone.flows.length ? phone.flowBeside(flow) : undefined
  if (!other) return undefined
  session.flow = other
  session.target = other.target.name
  return other.hop
}
