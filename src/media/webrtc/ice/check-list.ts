import { isIPv6 } from 'node:net'
import type { Address } from '../../../model/address.js'
import type { IceCandidate } from '../../../model/webrtc.js'
import { canonicalAddress } from '../../canonical-address.js'
import { isUsable } from './candidate.js'
import { CandidatePair, comparePairs, type IceBase } from './candidate-pair.js'

/** RFC 8445 6.1.2.5. */
const mostPairs = 100

/** The candidate pairs of one component, the most promising first (RFC 8445 6.1.2). */
export class CheckList {
  readonly limit = mostPairs
  #pairs: CandidatePair[] = []
  #controlling = false

  /** Pairs of what can reach each other; two names of one address are one pair (6.1.2.4). */
  static between(bases: readonly IceBase[], remotes: readonly IceCandidate[], controlling: boolean): CheckList {
    const list = new CheckList()
    list.#controlling = controlling
    for (const remote of remotes) {
      if (!isUsable(remote)) continue
      for (const base of bases) {
        if (isIPv6(base.candidate.address) !== isIPv6(remote.address)) continue
        const to = canonicalAddress({ host: remote.address, port: remote.port })
        if (!list.#find(base, to)) list.#pairs.push(new CandidatePair(base, { ...remote, address: to.host }))
      }
    }
    list.sort(controlling)
    list.#pairs.length = Math.min(list.#pairs.length, mostPairs)
    return list
  }

  sort(controlling: boolean): void {
    this.#controlling = controlling
    this.#pairs.sort((a, b) => comparePairs(a, b, controlling))
  }

  get nextWaiting(): CandidatePair | undefined {
    return this.#pairs.find(({ state }) => state === 'waiting')
  }

  get bestValid(): CandidatePair | undefined {
    return this.#pairs.find(({ state }) => state === 'succeeded')
  }

  /** Whether a pair of higher priority may still turn out to be valid. */
  hasOpenAbove(pair: CandidatePair): boolean {
    const above = this.#pairs.slice(0, this.#pairs.indexOf(pair))
    return above.some(({ state }) => state === 'waiting' || state === 'in-progress')
  }

  hasRemote(address: Address): boolean {
    return this.#pairs.some(({ to }) => to.port === address.port && to.host === address.host)
  }

  /** The pair that a request belongs to; an unknown source is a peer-reflexive candidate (7.3.1.3). */
  pairFor(base: IceBase, from: Address, priority: number): CandidatePair | undefined {
    const known = this.#find(base, from)
    if (known || this.#pairs.length >= mostPairs) return known
    const remote: IceCandidate = {
      foundation: `prflx ${from.host}`,
      component: 1,
      transport: 'udp',
      priority,
      address: from.host,
      port: from.port,
      type: 'prflx',
    }
    const pair = new CandidatePair(base, remote)
    this.#pairs.push(pair)
    this.sort(this.#controlling)
    return pair
  }

  /** Pairs that were never or not yet successfully checked are given up. */
  settle(): void {
    this.#pairs = this.#pairs.filter(({ state }) => state === 'succeeded')
  }

  #find(base: IceBase, address: Address): CandidatePair | undefined {
    return this.#pairs.find((pair) => pair.leadsTo(base, address))
  }
}
