import type { Address } from '../../model/address.js'
import type { Impairment } from './impairment.js'

/** What the run says to the relay. `id` comes back with the answer. */
export type RelayCommand =
  /** A path to a target of this name: for datagrams or for connections. */
  | {
      readonly kind: 'open'
      readonly id: number
      readonly name: string
      readonly over: 'udp' | 'tcp'
      readonly host: string
      readonly target: Address
      readonly seed: number
    }
  /** Of every path with this name, from now on. */
  | { readonly kind: 'impair'; readonly id: number; readonly name: string; readonly impairment: Impairment }
  | { readonly kind: 'stop'; readonly id: number }

export type RelayReply =
  | { readonly kind: 'opened'; readonly id: number; readonly local: Address }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly text: string }
