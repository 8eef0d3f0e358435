import { after } from '../../../../src/base/clock.js'
import { Rng } from '../../../../src/base/rng.js'
import { VirtualClock } from '../../../../src/base/virtual-clock.js'
import { localCandidate } from '../../../../src/media/webrtc/ice/candidate.js'
import type { CandidatePair, IceBase } from '../../../../src/media/webrtc/ice/candidate-pair.js'
import { IceAgent } from '../../../../src/media/webrtc/ice/ice-agent.js'
import { newCredentials } from '../../../../src/media/webrtc/ice/ice-credentials.js'
import type { Address } from '../../../../src/model/address.js'
import type { IceDescription } from '../../../../src/model/webrtc.js'
import { readStun, type StunMessage } from '../../../../src/stun/stun-message.js'

export const latencyMs = 5

/** What an agent told its user. */
export interface Told {
  readonly routes: { readonly to: Address; readonly nominated: boolean; readonly atMs: number }[]
  failure: string | undefined
  failedMs: number
}

/** Agents on one virtual network: packets arrive after 5 ms unless `drop` takes them. */
export class IceNetwork {
  readonly clock = new VirtualClock()
  readonly packets: {
    readonly from: Address
    readonly to: Address
    readonly message: StunMessage
    readonly atMs: number
  }[] = []
  drop: (from: Address, to: Address, message: StunMessage) => boolean = () => false
  readonly #receivers = new Map<string, (message: StunMessage, from: Address) => void>()

  attach(address: Address, receive: (message: StunMessage, from: Address) => void): void {
    this.#receivers.set(`${address.host} ${address.port}`, receive)
  }

  send(from: Address, to: Address, bytes: Uint8Array): void {
    const message = readStun(Buffer.from(bytes))
    if (!message) throw new Error('not STUN')
    this.packets.push({ from, to, message, atMs: this.clock.nowMs() })
    if (this.drop(from, to, message)) return
    after(this.clock, latencyMs, () => this.#receivers.get(`${to.host} ${to.port}`)?.(message, from))
  }
}

export class TestAgent {
  readonly told: Told = { routes: [], failure: undefined, failedMs: -1 }
  readonly agent: IceAgent
  readonly bases: readonly IceBase[]
  readonly network: IceNetwork
  readonly rng: Rng

  constructor(network: IceNetwork, seed: number, addresses: readonly Address[], timeoutMs = 10_000) {
    this.network = network
    this.rng = new Rng(seed, 'ice')
    this.bases = addresses.map((address) => ({
      candidate: localCandidate('host', address),
      send: (bytes, to) => network.send(address, to, bytes),
    }))
    this.agent = new IceAgent({
      clock: network.clock,
      rng: this.rng,
      user: {
        onRoute: (pair: CandidatePair, nominated) =>
          this.told.routes.push({ to: pair.to, nominated, atMs: network.clock.nowMs() }),
        onFailed: (failure) => {
          this.told.failure = failure
          this.told.failedMs = network.clock.nowMs()
        },
      },
      bases: this.bases,
      credentials: newCredentials(this.rng),
      timeoutMs,
    })
    for (const [index, address] of addresses.entries()) {
      const base = this.bases[index]
      if (base) network.attach(address, (message, from) => this.agent.receive(message, from, base))
    }
  }

  get description(): IceDescription {
    return { ...this.agent.credentials, candidates: this.bases.map(({ candidate }) => candidate), lite: false }
  }

  get nominatedTo(): Address | undefined {
    return this.agent.selected?.to
  }
}
