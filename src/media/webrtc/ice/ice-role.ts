import type { Rng } from '../../../base/rng.js'
import type { StunMessage } from '../../../stun/stun-message.js'
import { claimedRole } from './check-message.js'

/** Who nominates (RFC 8445 6.1.1), and what settles it when both claim the same. */
export class IceRole {
  controlling = false
  readonly tieBreaker: bigint

  constructor(rng: Rng) {
    this.tieBreaker = (BigInt(rng.uint32()) << 32n) | BigInt(rng.uint32())
  }

  /** RFC 8445 7.3.1.1: of two that claim the same role the one with the larger tie-breaker controls. */
  conflictWith(request: StunMessage): 'none' | 'refuse' | 'switch' {
    const claimed = claimedRole(request)
    if (!claimed || claimed.controlling !== this.controlling) return 'none'
    return this.tieBreaker >= claimed.tieBreaker === this.controlling ? 'refuse' : 'switch'
  }
}
