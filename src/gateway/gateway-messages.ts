import type { Address, TransportName } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { GatewayOptions } from './gateway-options.js'
import type { GatewayStatistics } from './gateway-statistics.js'

/** What the parent process says to a gateway. `id` comes back with the answer. */
export type GatewayCommand =
  /** `folder` is the parent's: it is removed here too, should the parent be killed. */
  | { readonly kind: 'start'; readonly id: number; readonly options: GatewayOptions; readonly folder: string }
  | { readonly kind: 'peers'; readonly id: number; readonly addresses: readonly Address[] }
  | { readonly kind: 'fault'; readonly id: number; readonly change: Partial<GatewayFaults> }
  | { readonly kind: 'restart'; readonly id: number }
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
