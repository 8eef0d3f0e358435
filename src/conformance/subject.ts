import type { Sighting } from '../capture/captured-message.js'
import { type Element, elementAt } from './model/element.js'
import type { HopTransaction } from './model/hop-transaction.js'
import type { ObservedMessage } from './model/observed-message.js'
import type { Party, SubjectKind, Subjects } from './rule.js'

/** What the engine must know of a subject, whatever its kind. */
export interface SubjectView {
  readonly method: string
  /** 0 when it is no response. */
  readonly status: number
  readonly conversation: readonly ObservedMessage[]
  party(party: Party): Element
  /** When it began and ended. */
  readonly fromMs: number
  readonly toMs: number
  /** The addresses between which it was seen. */
  readonly hosts: ReadonlySet<string>
}

type Viewers = { readonly [K in SubjectKind]: (subject: Subjects[K]) => SubjectView }

const hostsOf = ({ source, destination }: Sighting): ReadonlySet<string> => new Set([source.host, destination.host])

function ofMessage(message: ObservedMessage): SubjectView {
  return {
    method: message.method,
    status: message.status,
    conversation: message.transaction?.conversation.messages ?? [],
    party: (party) => (party === 'server' ? message.receiver : message.sender),
    fromMs: message.atMs,
    toMs: message.atMs,
    hosts: hostsOf(message.captured),
  }
}

function ofTransaction(transaction: HopTransaction): SubjectView {
  return {
    ...ofMessage(transaction.request),
    party: (party) => (party === 'client' ? transaction.client : transaction.server),
    toMs: transaction.last.atMs,
  }
}

function ofFrame(sighting: Sighting): SubjectView {
  const { source, destination, transport, connection } = sighting
  return {
    method: '',
    status: 0,
    conversation: [],
    party: (party) => elementAt(party === 'server' ? destination : source, transport, connection),
    fromMs: sighting.firstAtMs,
    toMs: sighting.atMs,
    hosts: hostsOf(sighting),
  }
}

/** How each kind of subject is seen by the engine. */
export const viewOf: Viewers = {
  request: ofMessage,
  response: ofMessage,
  message: ofMessage,
  hop: ofMessage,
  transaction: ofTransaction,
  dialogRequest: ({ request }) => ofMessage(request),
  exchange: ({ offer, answer }) => ({
    ...ofMessage(answer),
    party: (party) => (party === 'offerer' ? offer.sender : answer.sender),
    fromMs: offer.atMs,
  }),
  offering: ({ message }) => ofMessage(message),
  revision: ({ message }) => ofMessage(message),
  forwarding: ({ inbound, outbound }) => ({ ...ofTransaction(outbound), party: () => inbound.server }),
  proxied: (inbound) => ({ ...ofTransaction(inbound), party: () => inbound.server }),
  handshake: ({ request }) => ofFrame(request),
  webSocketMessage: ofFrame,
  webSocketFrame: ofFrame,
  keepAlive: ({ ping, sinceMs }) => ({ ...ofFrame(ping), fromMs: ping.atMs - (sinceMs ?? 0) }),
}
