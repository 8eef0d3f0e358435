import { requestUriOf } from '../sip/dialog/route-set.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { sameUri } from '../sip/message/uri-comparison.js'
import type { Conversation } from './model/conversation.js'
import { dialogMakers } from './model/dialog-makers.js'
import { type DialogRequest, gapIn, remoteTargetsOf, routeSetOf } from './model/dialog-request.js'
import type { HopTransaction } from './model/hop-transaction.js'
import { type ObservedMessage, sameEnd } from './model/observed-message.js'
import { at, startLine } from './point.js'
import { inapplicable, inconclusive, type Judgement, pass, violation } from './rule.js'
import { sameAddresses, tokens } from './vocabulary.js'

/** Words about dialogs that the rules are written in. */

/** Route is the route set (RFC 3261 12.2.1.1). */
export function followsRouteSet(dialog: DialogRequest): Judgement {
  const { request, creation, establishing, byCaller } = dialog
  return sameAddresses(request.sip.list('Route'), routeSetOf(dialog))
    ? pass
    : violation(
        'Route is not the route set of the dialog',
        at(request, 'Route'),
        at(byCaller ? establishing : creation.request, 'Record-Route'),
      )
}

/** The Request-URI is the remote target (RFC 3261 12.2.1.1). */
export function goesToTarget(dialog: DialogRequest): Judgement {
  const { request, creation, establishing, byCaller } = dialog
  const targets = remoteTargetsOf(dialog)
  if (targets.length === 0) return inapplicable
  if (targets.some((target) => sameUri(requestUriOf(target), request.sip.requestUri))) return pass
  const gap = gapIn(dialog)
  if (gap !== undefined) return inconclusive(gap)
  return violation(
    `the remote target is ${targets.at(-1)}`,
    startLine(request, request.sip.requestUri),
    at(byCaller ? establishing : creation.request, 'Contact'),
  )
}

/** RFC 4916: both sides may change what they are called. */
export const mayChangeFrom = ({ creation, establishing }: DialogRequest): boolean =>
  [creation.request, establishing].every((message) => tokens(message, 'Supported').includes('from-change'))

/** A dialog that a request claims to be in, as its sender knows the tags. */
export interface DialogTags {
  readonly byCaller: boolean
  readonly callerTag: string
  readonly calleeTags: readonly string[]
}

/** The dialog that the sender of this request has made or answered in the same conversation. */
export function tagsAt({ request, method, conversation }: HopTransaction): DialogTags | undefined {
  if (!request.isFirstHop || request.sip.toTag === '' || method === 'CANCEL' || method === 'REGISTER') return undefined
  for (const creation of conversation.transactions) {
    if (!dialogMakers.includes(creation.method) || creation.request.sip.toTag !== '') continue
    const calleeTags = creation.responses
      .filter(({ status }) => status > 100 && status < 300)
      .map(({ sip }) => sip.toTag)
      .filter((tag) => tag !== '')
    if (calleeTags.length === 0) continue
    const callerTag = creation.request.sip.fromTag
    const byCaller = creation.request.isFirstHop && sameEnd(creation.request.source, request.source)
    const byCallee = creation.outbound.length === 0 && sameEnd(creation.request.destination, request.source)
    // A request with the tag of the caller that leaves the callee's end is a proxy's of its own: the ACK of a refusal.
    if (byCaller || (byCallee && request.sip.fromTag !== callerTag)) return { byCaller, callerTag, calleeTags }
  }
  return undefined
}

/**
 * The tags of the request are those of its dialog. A tag of the callee that was not seen may be a fork's whose response
 * the capture lacks: then the refusal of the peer (481) is the witness.
 */
export function rightTags(transaction: HopTransaction, which: 'local' | 'remote' | 'both'): Judgement {
  const tags = tagsAt(transaction)
  const { request, final } = transaction
  if (tags === undefined) return inapplicable
  for (const side of ['local', 'remote'] as const) {
    if (which !== 'both' && which !== side) continue
    const [name, tag] = side === 'local' ? ['From', request.sip.fromTag] : ['To', request.sip.toTag]
    const isCallers = tags.byCaller === (side === 'local')
    const known = isCallers ? tags.callerTag === tag : tags.calleeTags.includes(tag)
    if (known) continue
    if (!isCallers && final?.status !== 481)
      return inconclusive('the tag may be that of a fork which the capture lacks')
    return violation(`the ${side} tag is not that of the dialog`, at(request, name, tag))
  }
  return pass
}

/** The INVITE that an ACK of a 2xx is for, with the 2xx. */
export function acknowledged({
  request,
  creation,
}: DialogRequest): { invite: ObservedMessage; accepted: ObservedMessage } | undefined {
  const found = creation.conversation.transactions.find(
    ({ method, request: invite, accepted }) =>
      method === 'INVITE' &&
      accepted !== undefined &&
      invite.sip.cseq === request.sip.cseq &&
      sameEnd(invite.source, request.source),
  )
  const accepted = found?.responses.find(
    ({ status, sip }) => status >= 200 && status < 300 && sip.toTag === request.sip.toTag,
  )
  return found === undefined || accepted === undefined ? undefined : { invite: found.request, accepted }
}

/** Reliable provisional responses may carry offers and answers that the capture lacks. */
export const hasPrack = ({ messages }: Conversation): boolean =>
  messages.some(({ method, sip }) => method === 'PRACK' || sip.has('RSeq'))

/** The tags of all forks that answered with 2xx, in order. */
export const acceptedTags = ({ responses }: HopTransaction): readonly string[] => [
  ...new Set(responses.filter(({ status }) => status >= 200 && status < 300).map(({ sip }) => sip.toTag)),
]

/** The ACKs that the caller sent for the 2xx with this tag. */
export const acksOf = ({ conversation, request }: HopTransaction, tag: string): readonly HopTransaction[] =>
  conversation.transactions.filter(
    ({ method, request: ack }) => method === 'ACK' && ack.sip.toTag === tag && ack.sip.cseq === request.sip.cseq,
  )

/** So many copies that losses of the capture cannot explain that no ACK is seen. */
const enoughCopies = 4

/** Each 2xx with one of these tags has its ACK; the callee is the witness: it repeats the 2xx until one comes. */
export function acknowledgesAll(transaction: HopTransaction, tags: readonly string[]): Judgement {
  for (const tag of tags) {
    if (acksOf(transaction, tag).length > 0 || transaction.acks.length > 0) continue
    const copies = transaction.responses.filter(({ status, sip }) => status >= 200 && status < 300 && sip.toTag === tag)
    const [first] = copies
    const last = copies.at(-1)
    if (first === undefined || last === undefined || copies.length < enoughCopies)
      return inconclusive('the callee did not repeat its 2xx, so that the ACK may be missing in the capture')
    return violation(`${copies.length} copies came, and no ACK was sent`, startLine(first), startLine(last))
  }
  return pass
}

/** What a registrar grants for a contact, in seconds: the parameter, or Expires. */
export function grantedFor(response: ObservedMessage, uri: string): number | undefined {
  const contact = response.sip
    .list('Contact')
    .map(parseNameAddr)
    .find((each) => sameUri(each.uri, uri))
  const granted = contact?.params.get('expires') ?? (contact === undefined ? undefined : response.sip.get('Expires'))
  return granted === undefined || !/^\d+$/.test(granted) ? undefined : Number(granted)
}
