import type { Address } from '../../model/address.js'
import { SourceClaims } from './source-claims.js'

/** Why a packet is nobody's: its address belongs to no member, or to one or several of which none alone has its SSRC. */
export type Unmatched = 'unknown-source' | 'ambiguous-source'

/** Told whose packets of a source are that come from an address; no member: nobody's, or not only one member's. */
export type OnRoute<Member> = (from: Address, ssrc: number, member: Member | undefined) => void

interface FarSide<Member> {
  readonly members: Set<Member>
  readonly claims: SourceClaims<Member>
}

/**
 * Whose far side is where on one local port, and which sources (SSRC) each member claims there. Pure: it knows neither
 * sockets nor streams.
 */
export class FarSides<Member> {
  readonly #sides = new Map<string, Map<number, FarSide<Member>>>()
  readonly #onRoute: OnRoute<Member>

  constructor(onRoute: OnRoute<Member>) {
    this.#onRoute = onRoute
  }

  /** The only member that claims the source there. */
  find(host: string, port: number, ssrc: number): Member | undefined {
    return this.#sides.get(host)?.get(port)?.claims.only(ssrc)
  }

  /** All members there. */
  at({ host, port }: Address): ReadonlySet<Member> {
    return this.#sides.get(host)?.get(port)?.members ?? new Set()
  }

  /** The member that is alone there. */
  alone(address: Address): Member | undefined {
    const members = this.at(address)
    const [first] = members
    return members.size === 1 ? first : undefined
  }

  /** All that claim the source there. */
  claimants({ host, port }: Address, ssrc: number): readonly Member[] {
    return this.#sides.get(host)?.get(port)?.claims.all(ssrc) ?? []
  }

  enter(member: Member, address: Address, ssrcs: Iterable<number>): void {
    this.#sideAt(address).members.add(member)
    for (const ssrc of ssrcs) this.claim(member, address, ssrc)
  }

  leave(member: Member, address: Address, ssrcs: Iterable<number>): void {
    const side = this.#sideAt(address)
    for (const ssrc of ssrcs) this.unclaim(member, address, ssrc)
    side.members.delete(member)
    if (side.members.size > 0) return
    this.#sides.get(address.host)?.delete(address.port)
    if (this.#sides.get(address.host)?.size === 0) this.#sides.delete(address.host)
  }

  claim(member: Member, address: Address, ssrc: number): void {
    this.#onRoute(address, ssrc, this.#sideAt(address).claims.add(ssrc, member))
  }

  unclaim(member: Member, address: Address, ssrc: number): void {
    this.#onRoute(address, ssrc, this.#sideAt(address).claims.remove(ssrc, member))
  }

  /** Tells anew what leads to the member. */
  announce(member: Member, address: Address, ssrcs: Iterable<number>): void {
    const { claims } = this.#sideAt(address)
    for (const ssrc of ssrcs) if (claims.only(ssrc) === member) this.#onRoute(address, ssrc, member)
  }

  #sideAt({ host, port }: Address): FarSide<Member> {
    let ports = this.#sides.get(host)
    if (!ports) {
      ports = new Map()
      this.#sides.set(host, ports)
    }
    let side = ports.get(port)
    if (!side) {
      side = { members: new Set(), claims: new SourceClaims() }
      ports.set(port, side)
    }
    return side
  }
}
