import { parseNameAddr } from '../../sip/message/name-addr.js'
import { uriParam } from '../../sip/message/uri.js'
import type { Conversation } from './conversation.js'
import { dialogMakers } from './dialog-makers.js'
import type { HopTransaction } from './hop-transaction.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** Requests and their 2xx that set the remote target (RFC 3261 12.2, RFC 3311 5). */
const targetRefreshers: readonly string[] = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']

/** How long after a change of the remote target a request with the old one may still be on its way. */
const CROSSING_MS = 1000

/**
 * A request within a dialog at the user agent that made it (one Via), with the dialog as this user agent saw it begin:
 * the creating request and the response, as sent or received at the same address.
 */
export interface DialogRequest {
  readonly request: ObservedMessage
  readonly transaction: HopTransaction
  readonly creation: HopTransaction
  /** The 2xx of the creation; a provisional response when none is seen. */
  readonly establishing: ObservedMessage
  readonly byCaller: boolean
}

/** Finds them; requests whose dialog was not seen to begin at their sender are left out. */
export function dialogRequests(conversation: Conversation): readonly DialogRequest[] {
  const creations = conversation.transactions.filter(
    ({ method, request }) => dialogMakers.includes(method) && request.sip.toTag === '',
  )
  const found: DialogRequest[] = []
  for (const transaction of conversation.transactions) {
    const { request, method } = transaction
    if (!request.isFirstHop || request.sip.toTag === '' || method === 'CANCEL') continue
    for (const creation of creations) {
      const dialog = relate(transaction, creation)
      if (dialog === undefined) continue
      found.push(dialog)
      break
    }
  }
  return found
}

function relate(transaction: HopTransaction, creation: HopTransaction): DialogRequest | undefined {
  const { request } = transaction
  const { fromTag, toTag } = request.sip
  const caller = creation.request.sip.fromTag
  const byCaller = fromTag === caller && creation.request.isFirstHop && sameEnd(creation.request.source, request.source)
  // Whoever passed the creating request on is a proxy, whose own requests are not the callee's.
  const byCallee =
    toTag === caller && creation.outbound.length === 0 && sameEnd(creation.request.destination, request.source)
  if (!byCaller && !byCallee) return undefined
  const callee = byCaller ? toTag : fromTag
  const responses = creation.responses.filter(({ sip }) => sip.toTag === callee && sip.status > 100)
  const establishing = responses.find(({ status }) => status >= 200 && status < 300) ?? responses[0]
  if (establishing === undefined || establishing.status >= 300) return undefined
  return { request, transaction, creation, establishing, byCaller }
}

/** RFC 3261 12.1: Record-Route of the request for the callee, that of the 2xx in reverse for the caller. */
export function routeSetOf({ byCaller, creation, establishing }: DialogRequest): readonly string[] {
  return byCaller ? establishing.sip.list('Record-Route').reverse() : creation.request.sip.list('Record-Route')
}

/** Whether the first route is a strict router: no `lr` (RFC 3261 12.2.1.1). */
export function isStrict(routeSet: readonly string[]): boolean {
  const first = routeSet[0]
  return first !== undefined && uriParam(parseNameAddr(first).uri, 'lr') === undefined
}

const contactOf = (message: ObservedMessage): string | undefined => {
  const contact = message.sip.list('Contact')[0]
  return contact === undefined ? undefined : parseNameAddr(contact).uri
}

interface Target {
  readonly message: ObservedMessage
  readonly atMs: number
  readonly uri: string
}

/** Every remote target that was announced to the sender before `request`, in order. */
function targetsOf(dialog: DialogRequest): readonly Target[] {
  const { request, creation, establishing, byCaller } = dialog
  const first = byCaller ? establishing : creation.request
  const messages = [first]
  for (const { method, requests, accepted } of creation.conversation.transactions) {
    const [refresh] = requests
    if (refresh === undefined || !targetRefreshers.includes(method) || !isWithin(dialog, refresh)) continue
    const peer = sameEnd(refresh.destination, request.source) ? refresh : accepted
    if (peer !== undefined && sameEnd(peer.destination, request.source)) messages.push(peer)
  }
  return messages
    .filter(({ atMs }) => atMs <= request.atMs)
    .sort((a, b) => a.atMs - b.atMs)
    .map((message) => ({ message, atMs: message.atMs, uri: contactOf(message) ?? '' }))
    .filter(({ uri }) => uri !== '')
}

function isWithin({ request }: DialogRequest, other: ObservedMessage): boolean {
  const [a, b, c, d] = [request.sip.fromTag, request.sip.toTag, other.sip.fromTag, other.sip.toTag]
  return (a === c && b === d) || (a === d && b === c)
}

/** The remote targets that the request may be for: the last one, and those that were replaced a moment ago. */
export function remoteTargetsOf(dialog: DialogRequest): readonly string[] {
  const targets = targetsOf(dialog)
  return targets
    .filter((_, index) => {
      const next = targets[index + 1]
      return next === undefined || next.atMs > dialog.request.atMs - CROSSING_MS
    })
    .map(({ uri }) => uri)
}

/** The message that announced the present remote target, when it is not the one that the dialog began with. */
export function lastTargetOf(dialog: DialogRequest): ObservedMessage | undefined {
  const last = targetsOf(dialog).at(-1)?.message
  return last === dialog.creation.request || last === dialog.establishing ? undefined : last
}

/** What shows that the capture lacks a part of the dialog, which may have changed the remote target. */
export function gapIn({ request, creation }: DialogRequest): string | undefined {
  const { conversation } = creation
  const tags = [request.sip.fromTag, request.sip.toTag]
  const within = ({ sip }: ObservedMessage): boolean => tags.includes(sip.fromTag) && tags.includes(sip.toTag)
  if (conversation.strays.some(within)) return 'the capture lacks a request of the dialog'
  const numbers = { own: [] as number[], peer: [] as number[] }
  for (const { method, request: each, final } of conversation.transactions) {
    if (!within(each) && each !== creation.request) continue
    if (method === 'ACK') continue
    if (final === undefined && each.atMs < request.atMs && targetRefreshers.includes(method))
      return 'the capture lacks a response in the dialog'
    if (sameEnd(each.source, request.source)) numbers.own.push(each.sip.cseq)
    else if (sameEnd(each.destination, request.source)) numbers.peer.push(each.sip.cseq)
  }
  const isGap = (each: number[]): boolean => Math.max(...each) - Math.min(...each) >= new Set(each).size
  return Object.values(numbers).some((each) => each.length > 0 && isGap(each))
    ? 'a CSeq number of the dialog is missing'
    : undefined
}

/** The request with a CSeq number of its own that the sender made before in the dialog, the creating one at first. */
export function requestBefore({ request, creation, byCaller }: DialogRequest): ObservedMessage | undefined {
  const earlier = creation.conversation.transactions.findLast(
    ({ method, request: other }) =>
      method !== 'ACK' &&
      method !== 'CANCEL' &&
      other.atMs < request.atMs &&
      other.sip.fromTag === request.sip.fromTag &&
      other.sip.toTag === request.sip.toTag &&
      sameEnd(other.source, request.source),
  )?.request
  return earlier ?? (byCaller ? creation.request : undefined)
}

/** The peer has announced another remote target than the one it began with. */
export const isRetargeted = (dialog: DialogRequest): boolean =>
  new Set(targetsOf(dialog).map(({ uri }) => uri)).size > 1
