import type { Address, TransportName } from '../../model/address.js'
import type { Wire } from '../message/wire.js'

/** What the transaction layer needs of a transport channel: one connection, or one UDP socket. */
export interface ChannelLike {
  /** Unique in the process. */
  readonly id: number
  readonly transport: TransportName
  readonly reliable: boolean
  readonly local: Address
  /** Undefined for an unconnected UDP socket. */
  readonly remote: Address | undefined
  /** Never throws; a failure is told to `TransactionLayer.transportFailed` by the channel's owner. */
  send(wire: Wire, to?: Address): void
}
