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

/**
 * A response of the inbound side is what was received from the outbound side when status and To tag are the same. When
 * each side has one that the other lacks, and both have the same Contact or are in a dialog, the tag was changed between.
 * 100 is never passed on: a proxy sends its own.
 */
function joinResponses({ inbound, outbound }: Forwarding): void {
  for (const response of inbound.responses) {
    if (response.status === 100) continue
    const earlier = outbound.responses.filter(({ status, atMs }) => status === response.status && atMs <= response.atMs)
    const received = earlier.find(({ sip }) => sip.toTag === response.sip.toTag) ?? retagged(response, earlier, inbound)
    if (received !== undefined) response.forwardedFrom ??= received
  }
}

function retagged(
  response: ObservedMessage,
  candidates: readonly ObservedMessage[],
  inbound: HopTransaction,
): ObservedMessage | undefined {
  if (response.status >= 300 && inbound.request.sip.toTag === '') return undefined
  const contact = response.sip.get('Contact')
  const known = new Set(
    inbound.responses.filter(({ status }) => status === response.status).map(({ sip }) => sip.toTag),
  )
  return candidates.find(
    ({ sip }) =>
      !known.has(sip.toTag) &&
      (inbound.request.sip.toTag !== '' || (contact !== undefined && sip.get('Contact') === contact)),
  )
}

const stackKey = (request: ObservedMessage, vias: readonly Via[]): string =>
  `${request.method} ${request.sip.cseq} ${vias.map(viaKey).join()}`

/** What stays of a Via on its way: `received` and `rport` are added by the next element. */
export const viaKey = ({ branch, host, port }: Via): string => `${branch} ${host.toLowerCase()}:${port ?? ''}`
