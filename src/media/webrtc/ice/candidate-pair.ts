import type { Address } from '../../../model/address.js'
import type { IceCandidate } from '../../../model/webrtc.js'

/** Where packets leave: a local socket, or an allocation on a TURN server. */
export interface IceBase {
  readonly candidate: IceCandidate
  send(bytes: Uint8Array, to: Address): void
}

/**
 * RFC 8445 6.1.2.6. Frozen is left out: with one component of one stream there is nothing that a check could unfreeze
 * but other pairs of the same foundation, and those may as well be checked in turn.
 */
export type PairState = 'waiting' | 'in-progress' | 'succeeded' | 'failed'
type PairEvent = 'check-sent' | 'response' | 'error' | 'triggered'

/** What becomes of a pair; a cell that is missing leaves it as it is. */
export const pairTable: Readonly<Record<PairState, Readonly<Partial<Record<PairEvent, PairState>>>>> = {
  waiting: {
    'check-sent': 'in-progress', // 7.2.4
  },
  'in-progress': {
    response: 'succeeded', // 7.2.5.3.3
    error: 'failed', // 7.2.5.2
  },
  succeeded: {
    error: 'failed', // 8.1.1: a nominating check that fails
  },
  failed: {
    triggered: 'waiting', // 7.3.1.4
  },
}

export class CandidatePair {
  readonly base: IceBase
  readonly remote: IceCandidate
  readonly to: Address
  state: PairState = 'waiting'
  /** Controlled: the far side has nominated it, which counts once our own check has succeeded (7.3.1.5). */
  nominatedByPeer = false

  constructor(base: IceBase, remote: IceCandidate) {
    this.base = base
    this.remote = remote
    this.to = { host: remote.address, port: remote.port }
  }

  on(event: PairEvent): void {
    this.state = pairTable[this.state][event] ?? this.state
  }

  leadsTo(base: IceBase, address: Address): boolean {
    return base === this.base && address.port === this.to.port && address.host === this.to.host
  }
}

/**
 * RFC 8445 6.1.2.3, highest first: 2^32*MIN(G,D) + 2*MAX(G,D) + (G>D). Compared part by part, since the sum does not
 * fit a number; the last part needs the role.
 */
export function comparePairs(a: CandidatePair, b: CandidatePair, controlling: boolean): number {
  const [lowA, highA] = ends(a)
  const [lowB, highB] = ends(b)
  return lowB - lowA || highB - highA || favour(b, controlling) - favour(a, controlling)
}

function ends({ base, remote }: CandidatePair): readonly [low: number, high: number] {
  const own = base.candidate.priority
  return own < remote.priority ? [own, remote.priority] : [remote.priority, own]
}

/** 1 when the controlling side's candidate has the higher priority. */
function favour({ base, remote }: CandidatePair, controlling: boolean): number {
  const difference = base.candidate.priority - remote.priority
  return (controlling ? difference : -difference) > 0 ? 1 : 0
}
