import type { Sighting } from '../capture/captured-message.js'
import { type Element, elementAt } from './model/element.js'
import type { Exchange } from './model/exchange.js'
import type { HopTransaction } from './model/hop-transaction.js'
import type { ObservedMessage } from './model/observed-message.js'
import type { Party, SubjectKind, Subjects } from './rule.js'

/** What the engine must know of the subjects of one kind; nothing is made for a subject that nobody asks about. */
export interface SubjectView<S> {
  /** The message that tells method and status; undefined for what is no SIP. */
  messageOf(subject: S): ObservedMessage | undefined
  party(subject: S, party: Party): Element
  /** When it began and ended. */
  fromMs(subject: S): number
  toMs(subject: S): number
  sighting(subject: S): Sighting
}

type Views = { readonly [K in SubjectKind]: SubjectView<Subjects[K]> }

const ofMessage: SubjectView<ObservedMessage> = {
  messageOf: (message) => message,
  party: (message, party) => (party === 'server' ? message.receiver : message.sender),
  fromMs: (message) => message.atMs,
  toMs: (message) => message.atMs,
  sighting: (message) => message.captured,
}

const ofTransaction: SubjectView<HopTransaction> = {
  messageOf: (transaction) => transaction.request,
  party: (transaction, party) => (party === 'client' ? transaction.client : transaction.server),
  fromMs: (transaction) => transaction.request.atMs,
  toMs: (transaction) => transaction.last.atMs,
  sighting: (transaction) => transaction.request.captured,
}

const ofFrame: SubjectView<Sighting> = {
  messageOf: () => undefined,
  party: ({ source, destination, transport, connection }, party) =>
    elementAt(party === 'server' ? destination : source, transport, connection),
  fromMs: ({ firstAtMs }) => firstAtMs,
  toMs: ({ atMs }) => atMs,
  sighting: (sighting) => sighting,
}

/** What is seen by a part of it. */
const through = <S, P>(view: SubjectView<P>, partOf: (subject: S) => P): SubjectView<S> => ({
  messageOf: (subject) => view.messageOf(partOf(subject)),
  party: (subject, party) => view.party(partOf(subject), party),
  fromMs: (subject) => view.fromMs(partOf(subject)),
  toMs: (subject) => view.toMs(partOf(subject)),
  sighting: (subject) => view.sighting(partOf(subject)),
})

const byAnswer = through(ofMessage, ({ answer }: Exchange) => answer)

/** How each kind of subject is seen by the engine. */
export const viewOf: Views = {
  request: ofMessage,
  response: ofMessage,
  message: ofMessage,
  hop: ofMessage,
  transaction: ofTransaction,
  dialogRequest: through(ofMessage, ({ request }) => request),
  exchange: {
    ...byAnswer,
    party: ({ offer, answer }, party) => (party === 'offerer' ? offer.sender : answer.sender),
    fromMs: ({ offer }) => offer.atMs,
  },
  offering: through(ofMessage, ({ message }) => message),
  revision: through(ofMessage, ({ message }) => message),
  forwarding: {
    ...through(ofTransaction, ({ outbound }) => outbound),
    party: ({ inbound }) => inbound.server,
  },
  proxied: { ...ofTransaction, party: (inbound) => inbound.server },
  handshake: through(ofFrame, ({ request }) => request),
  webSocketMessage: ofFrame,
  webSocketFrame: ofFrame,
  keepAlive: {
    ...through(ofFrame, ({ ping }) => ping),
    fromMs: ({ ping, sinceMs }) => ping.atMs - (sinceMs ?? 0),
  },
}
