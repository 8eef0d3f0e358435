import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../../../base/clock.js'
import type { Rng } from '../../../base/rng.js'
import type { Address } from '../../../model/address.js'
import type { IceServer, IceServerFailure } from '../../../model/webrtc.js'
import { looksLikeChannelData } from '../../../stun/channel-data.js'
import { LongTermCredentials } from '../../../stun/long-term-credentials.js'
import { readStun } from '../../../stun/stun-message.js'
import { addressIn, bindingRequest } from '../../../stun/turn-request.js'
import { localCandidate } from '../ice/candidate.js'
import type { IceBase } from '../ice/candidate-pair.js'
import type { RelayChannel, ToServer } from './relay-channel.js'
import { type ServerAnswer, ServerRequests } from './server-requests.js'
import { TurnAllocation } from './turn-allocation.js'

export interface LinkUser {
  /** The server has said what it has to say; undefined: all is well. */
  onAnswered(link: IceServerLink, failure: IceServerFailure | undefined): void
  onRelayed(bytes: Buffer, from: RemoteInfo, base: IceBase): void
  /** Nothing goes through the relay any more. */
  onRelayLost(base: IceBase, text: string): void
}

export interface LinkParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly server: IceServer
  /** Tells candidates of several servers apart. */
  readonly number: number
  readonly local: Address
  readonly toServer: ToServer
  readonly user: LinkUser
}

/** One STUN or TURN server, as one socket of ours talks to it. */
export class IceServerLink {
  readonly server: IceServer
  /** Where the server saw this side. */
  mapped: Address | undefined
  /** What leaves through its relay, once there is one. */
  relay: IceBase | undefined
  answered = false
  readonly #parts: LinkParts
  readonly #requests: ServerRequests
  readonly #allocation: TurnAllocation | undefined

  constructor(parts: LinkParts) {
    const { clock, rng, server, local, toServer } = parts
    this.#parts = parts
    this.server = server
    const isTurn = server.kind === 'turn'
    const credentials = isTurn ? new LongTermCredentials(server.username, server.password) : undefined
    this.#requests = new ServerRequests({ clock, rng, credentials, send: (bytes) => toServer(bytes) })
    if (isTurn) {
      const parts = { clock, requests: this.#requests, localHost: local.host, toServer, user: this }
      this.#allocation = new TurnAllocation(parts)
    }
  }

  start(): void {
    if (this.#allocation) {
      this.#allocation.allocate((result) => {
        if ('kind' in result) this.#end(result)
        else this.#onAllocated(result.relayed, result.mapped)
      })
      return
    }
    this.#requests.ask(bindingRequest, (answer) => {
      if (answer.kind === 'success') this.mapped = addressIn(answer.response, 'xorMappedAddress')
      this.#end(answer)
    })
  }

  /** A datagram of the server; false when it is none that it should send. */
  receive(bytes: Buffer): boolean {
    if (looksLikeChannelData(bytes)) return this.#allocation?.onChannelData(bytes) ?? false
    const message = readStun(bytes)
    if (!message) return false
    if (message.messageClass === 'indication') return this.#allocation?.onIndication(message) ?? false
    return message.messageClass !== 'request' && this.#requests.receive(message)
  }

  /** The channel by which media goes to a peer. */
  channelTo(peer: Address): RelayChannel | undefined {
    return this.#allocation?.channelTo(peer)
  }

  onRelayed(bytes: Buffer, from: RemoteInfo): void {
    if (this.relay) this.#parts.user.onRelayed(bytes, from, this.relay)
  }

  onLost(text: string): void {
    if (this.relay) this.#parts.user.onRelayLost(this.relay, text)
  }

  close(): void {
    if (this.#allocation) this.#allocation.close()
    else this.#requests.close()
  }

  #onAllocated(relayed: Address, mapped: Address): void {
    this.mapped = mapped
    this.relay = {
      candidate: localCandidate('relay', relayed, mapped, this.#parts.number),
      send: (bytes, to) => this.channelTo(to)?.send(bytes),
    }
    this.#answered(undefined)
  }

  #end(answer: ServerAnswer): void {
    const { url } = this.server
    if (answer.kind === 'success') this.#answered(undefined)
    else if (answer.kind === 'silent')
      this.#answered({ server: url, name: 'ice-server-silent', text: 'gave no answer' })
    else {
      const code = answer.code === 0 ? '' : `${answer.code} `
      this.#answered({ server: url, name: 'ice-server-refused', text: `refused with ${code}${answer.reason}`.trim() })
    }
  }

  #answered(failure: IceServerFailure | undefined): void {
    this.answered = true
    this.#parts.user.onAnswered(this, failure)
  }
}
