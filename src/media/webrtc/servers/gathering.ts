import { isIPv6 } from 'node:net'
import { after, type Clock, type Timer } from '../../../base/clock.js'
import type { Rng } from '../../../base/rng.js'
import type { Address } from '../../../model/address.js'
import type { IceCandidate, IceServer, IceServerFailure, ServerPolicy } from '../../../model/webrtc.js'
import { canonicalAddress } from '../../canonical-address.js'
import { localCandidate } from '../ice/candidate.js'
import type { IceBase } from '../ice/candidate-pair.js'
import { IceServerLink, type LinkUser } from './ice-server-link.js'
import type { ToServer } from './relay-channel.js'

export interface GatheringParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly policy: ServerPolicy
  readonly local: Address
  /** Sends from the local socket. */
  toServer(server: Address): ToServer
  readonly user: Pick<LinkUser, 'onRelayed' | 'onRelayLost'>
}

/** What the servers made of it. */
export interface Gathered {
  /** Reflexive and relayed. */
  readonly candidates: readonly IceCandidate[]
  readonly relays: readonly IceBase[]
  readonly failures: readonly IceServerFailure[]
}

/** Candidates that STUN and TURN servers give (RFC 8445 5.1.1.2), all asked at once and within one time. */
export class Gathering {
  readonly #parts: GatheringParts
  readonly #links: IceServerLink[] = []
  readonly #failures: IceServerFailure[] = []
  #timer: Timer | undefined
  #done: ((gathered: Gathered) => void) | undefined

  constructor(parts: GatheringParts) {
    this.#parts = parts
    const { clock, rng, policy, local } = parts
    for (const given of policy.servers) {
      const server = { ...given, address: canonicalAddress(given.address) }
      if (isIPv6(server.address.host) !== isIPv6(local.host)) this.#failures.push(otherFamily(server, local))
      else {
        const user: LinkUser = {
          onAnswered: (_, failure) => this.#onAnswered(failure),
          onRelayed: (bytes, from, base) => parts.user.onRelayed(bytes, from, base),
          onRelayLost: (base, text) => parts.user.onRelayLost(base, text),
        }
        const toServer = parts.toServer(server.address)
        this.#links.push(new IceServerLink({ clock, rng, server, number: this.#links.length, local, toServer, user }))
      }
    }
  }

  /** Answered when every server has answered, or the time is over. */
  run(): Promise<Gathered> {
    return new Promise((resolve) => {
      this.#done = resolve
      this.#timer = after(this.#parts.clock, this.#parts.policy.gatheringMs, () => this.#onTimeout())
      for (const link of this.#links) link.start()
      this.#onAnswered(undefined)
    })
  }

  /** A datagram from this address; true when it is a server's, which peers are not. */
  receive(bytes: Buffer, host: string, port: number): boolean {
    let isServer = false
    for (const link of this.#links) {
      const { address } = link.server
      if (address.port !== port || address.host !== host) continue
      isServer = true
      // A STUN and a TURN server may be one: what is not for the one is for the other.
      if (link.receive(bytes)) break
    }
    return isServer
  }

  /** The server whose relay this is. */
  linkWith(base: IceBase): IceServerLink | undefined {
    return this.#links.find(({ relay }) => relay === base)
  }

  close(): void {
    for (const link of this.#links) link.close()
    this.#finish()
  }

  #onAnswered(failure: IceServerFailure | undefined): void {
    if (failure) this.#failures.push(failure)
    if (this.#links.every(({ answered }) => answered)) this.#finish()
  }

  #onTimeout(): void {
    const text = `gave no answer within ${this.#parts.policy.gatheringMs} ms`
    for (const link of this.#links) {
      if (link.answered) continue
      // What comes later would be of no use.
      link.close()
      this.#failures.push({ server: link.server.url, name: 'ice-server-silent', text })
    }
    this.#finish()
  }

  #finish(): void {
    if (this.#timer) this.#parts.clock.disarm(this.#timer)
    this.#done?.({ candidates: this.#candidates(), relays: this.#relays(), failures: this.#failures })
    this.#done = undefined
  }

  #relays(): IceBase[] {
    return this.#links.flatMap(({ relay }) => (relay ? [relay] : []))
  }

  /** RFC 8445 5.1.3: a reflexive candidate that is the host's, or another server's, is left out. */
  #candidates(): IceCandidate[] {
    const { local, policy } = this.#parts
    const relayed = this.#relays().map(({ candidate }) => candidate)
    if (policy.relayOnly) return relayed
    const known = new Set([`${local.host} ${local.port}`])
    const reflexive = this.#links.flatMap(({ mapped }, number) => {
      const key = `${mapped?.host} ${mapped?.port}`
      if (!mapped || known.has(key)) return []
      known.add(key)
      return [localCandidate('srflx', mapped, local, number)]
    })
    return [...reflexive, ...relayed]
  }
}

const otherFamily = ({ url }: IceServer, { host }: Address): IceServerFailure => ({
  server: url,
  name: 'ice-server-family',
  text: `cannot be reached from ${host}: one is IPv6 and the other is not`,
})
