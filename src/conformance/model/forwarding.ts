import type { Via } from '../../sip/message/via.js'
import type { Conversation } from './conversation.js'
import type { HopTransaction } from './hop-transaction.js'
import type { ObservedMessage } from './observed-message.js'

/** A proxy that is proven: it received `inbound` and sent `outbound`, whose Via list is longer by its own. */
export interface Forwarding {
  readonly inbound: HopTransaction
  readonly outbound: HopTransaction
}

/**
 * Joins the legs of a conversation. Nothing but the Via list proves that an element is a proxy: the same branches and
 * sent-by values in the same order, and one more on top.
 */
export function joinLegs(conversation: Conversation): readonly Forwarding[] {
  const byStack = new Map<string, HopTransaction>()
  for (const transaction of conversation.transactions) {
    byStack.set(stackKey(transaction.request, transaction.request.vias), transaction)
  }
  const forwardings: Forwarding[] = []
  for (const outbound of conversation.transactions) {
    const { request } = outbound
    if (request.vias.length < 2) continue
    const inbound = byStack.get(stackKey(request, request.vias.slice(1)))
    if (inbound === undefined || inbound === outbound || inbound.request.atMs > request.atMs) continue
    outbound.inbound = inbound
    inbound.outbound.push(outbound)
    request.forwardedFrom = inbound.request
    forwardings.push({ inbound, outbound })
  }
  for (const forwarding of forwardings) joinResponses(forwarding)
  return forwardings
}

function joinResponses({ inbound, outbound }: Forwarding): void {
  for (const response of inbound.responses) {
    const received = outbound.responses.find(
      (each) => each.status === response.status && each.sip.toTag === response.sip.toTag && each.atMs <= response.atMs,
    )
    if (received !== undefined) response.forwardedFrom ??= received
  }
}

const stackKey = (request: ObservedMessage, vias: readonly Via[]): string =>
  `${request.method} ${request.sip.cseq} ${vias.map(viaKey).join()}`

/** What stays of a Via on its way: `received` and `rport` are added by the next element. */
export const viaKey = ({ branch, host, port }: Via): string => `${branch} ${host.toLowerCase()}:${port ?? ''}`
