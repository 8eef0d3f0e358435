import type { Address, TransportName } from '../model/address.js'
import type { Credentials } from '../sip/auth/digest-request.js'
import type { Need } from './probe.js'

/** A user of the target. Without a password challenges are not answered. */
export interface Account {
  readonly user: string
  readonly credentials: Credentials | undefined
}

/** What every WebSocket handshake with the target has: the path of its URI, and header lines such as Origin and Cookie. */
export interface WebSocketTerms {
  readonly path: string
  readonly fields: readonly string[]
}

/** What is probed, and what is known of it. */
export interface ProbeTarget {
  /** As it was given. */
  readonly name: string
  readonly transport: TransportName
  readonly address: Address
  /** Where the same element is reached over UDP, when that is another address or port. */
  readonly udp: Address | undefined
  readonly domain: string
  /** The caller, then the callee. */
  readonly accounts: readonly Account[]
  /** Who answers calls, when it is not a callee of ours that registers. */
  readonly callUri: string | undefined
  /** The target itself calls us, at the address where we listen. */
  readonly callsUs: boolean
  readonly declared: ReadonlySet<Need>
  readonly webSocket: WebSocketTerms
}
