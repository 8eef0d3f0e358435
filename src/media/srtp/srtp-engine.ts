import type { SrtpKeys } from '../../model/srtp.js'
import { nativeSrtp } from '../../native/addon.js'
import { NativeSrtpReceiver } from './native-srtp-receiver.js'
import { NativeSrtpSender } from './native-srtp-sender.js'
import { NodeSrtpReceiver } from './node-srtp-receiver.js'
import { NodeSrtpSender } from './node-srtp-sender.js'
import type { SrtpReceiver } from './srtp-receiver.js'
import type { SrtpSender } from './srtp-sender.js'

/** Who does the work on packets. Both constructors throw on keys that do not fit their suite. */
export interface SrtpEngine {
  readonly kind: 'native' | 'node:crypto'
  /** Why this one, for people. */
  readonly reason: string
  newSender(keys: SrtpKeys): SrtpSender
  /** Further keys have MKIs as long as the first one's. */
  newReceiver(keys: SrtpKeys, ...further: readonly SrtpKeys[]): SrtpReceiver
}

const { part, reason } = nativeSrtp

/** What works everywhere. */
export const nodeSrtpEngine: SrtpEngine = {
  kind: 'node:crypto',
  reason,
  newSender: (keys) => new NodeSrtpSender(keys),
  newReceiver: (...keys) => new NodeSrtpReceiver(...keys),
}

/** The one of this process. */
export const srtpEngine: SrtpEngine = part
  ? {
      kind: 'native',
      reason,
      newSender: (keys) => new NativeSrtpSender(part, keys),
      newReceiver: (...keys) => new NativeSrtpReceiver(part, keys),
    }
  : nodeSrtpEngine
