import type { Clock } from '../../base/clock.js'
import type { Address } from '../../model/address.js'
import type { SipMessage } from '../message/sip-message.js'
import type { ChannelLike } from './channel.js'
import type { ChannelMembers } from './channel-members.js'
import type { ClientRequest, ClientTransaction, ClientUser } from './client-transaction.js'
import type { ServerTransaction } from './server-transaction.js'
import type { TimerValues } from './timers.js'

/** Who gets what no transaction takes. */
export interface LayerUser {
  /** A new request other than ACK and CANCEL; the user answers with `tx.respond`. */
  onRequest(tx: ServerTransaction, request: SipMessage): void
  /** An ACK for a 2xx, or one that belongs to nothing known. */
  onAck(channel: ChannelLike, from: Address, ack: SipMessage): void
  /** A response without a transaction. */
  onStrayResponse(channel: ChannelLike, response: SipMessage): void
}

/** What the layer counts; each member is optional. */
export interface LayerCounters {
  /** We sent a request or response again: by timer, or because the request came again. */
  sentAgain?(method: string, kind: 'request' | 'response'): void
  /** The far side sent one again. */
  receivedAgain?(method: string, kind: 'request' | 'response'): void
  /** A request of ours met no final response (Timer B or F). */
  timedOut?(method: string): void
}

/** What a transaction needs of its layer. */
export interface LayerCore {
  readonly clock: Clock
  readonly timers: TimerValues
  readonly user: LayerUser
  readonly count: LayerCounters | undefined
  readonly members: ChannelMembers
  newTag(): string
  /** A request that a new server transaction was made for. */
  deliver(tx: ServerTransaction, request: SipMessage): void
  request(request: ClientRequest, user: ClientUser): ClientTransaction
  forgetClient(tx: ClientTransaction): void
  forgetServer(tx: ServerTransaction): void
}
