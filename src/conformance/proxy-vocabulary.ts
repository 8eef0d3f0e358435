import type { Forwarding } from './model/forwarding.js'
import type { HopTransaction } from './model/hop-transaction.js'
import { type ObservedMessage, sameEnd } from './model/observed-message.js'
import { outboundContacts } from './outbound-vocabulary.js'

/** Words about proxies that the rules are written in. */

/** Values that the proxy has put before those that it received. */
export function inserted({ inbound, outbound }: Forwarding, name: string): readonly string[] {
  const before = inbound.request.sip.list(name).length
  const after = outbound.request.sip.list(name)
  return after.slice(0, Math.max(0, after.length - before))
}

/** The first proxy of a REGISTER with reg-id, which has put itself into Path (RFC 5626 5.1). */
export const isEdge = (forwarding: Forwarding): boolean =>
  forwarding.inbound.request.isFirstHop &&
  outboundContacts(forwarding.inbound.request).length > 0 &&
  inserted(forwarding, 'Path').length > 0

/** A response or an ACK of a branch whose INVITE the capture lacks. */
export const lacksBranch = ({ conversation, outbound }: HopTransaction): boolean =>
  conversation.strays.length > 0 ||
  conversation.transactions.some(
    ({ method, request }) =>
      method === 'ACK' &&
      request.viaTexts.length === 1 &&
      outbound.some((each) => sameEnd(each.request.source, request.source)),
  )

/** What the proxy that passed this response on had put into Record-Route of the request. */
export function recordedByProxy(response: ObservedMessage): readonly string[] {
  const inbound = response.transaction
  const outbound = response.forwardedFrom?.transaction
  if (inbound === undefined || outbound === undefined) return []
  const own = inserted({ inbound, outbound }, 'Record-Route').length
  const values = response.sip.list('Record-Route')
  const before = inbound.request.sip.list('Record-Route').length
  return values.slice(values.length - before - own, values.length - before)
}
