import type { Address, TransportName } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { GatewayOptions } from './gateway-options.js'
import type { GatewayStatistics } from './gateway-statistics.js'

/** What the parent process says to a gateway. `id` comes back with the answer. */
export type GatewayCommand =
  /** `folder` is the parent's: it is removed here too, should the parent be killed. One that stands by does not listen. */
  | {
      readonly kind: 'start'
      readonly id: number
      readonly options: GatewayOptions
      readonly folder: string
      readonly standBy: boolean
    }
  | { readonly kind: 'peers'; readonly id: number; readonly addresses: readonly Address[] }
  | { readonly kind: 'fault'; readonly id: number; readonly change: Partial<GatewayFaults> }
  | { readonly kind: 'restart'; readonly id: number }
  /** Closes or opens the SIP side alone. */
  | { readonly kind: 'signalling'; readonly id: number; readonly up: boolean }
  /** Stops or starts the media relay alone; the streams that it had are kept or lost. */
  | { readonly kind: 'relay'; readonly id: number; readonly up: boolean; readonly calls: 'kept' | 'lost' }
  /** What is shown to who connects over TLS or WSS from now on. */
  | { readonly kind: 'certificate'; readonly id: number; readonly certPem: string; readonly keyPem: string }
  | { readonly kind: 'statistics'; readonly id: number; readonly calls: boolean }
  | { readonly kind: 'stop'; readonly id: number }

/** What a gateway answers. */
export type GatewayReply =
  | {
      readonly kind: 'ready'
      readonly id: number
      readonly addresses: Partial<Record<TransportName, Address>>
      readonly caPem: string
    }
  | { readonly kind: 'statistics'; readonly id: number; readonly statistics: GatewayStatistics }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly text: string }
