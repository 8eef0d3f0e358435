import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Clock, Timer, type TimerOwner } from '../../../base/clock.js'
import type { Address } from '../../../model/address.js'
import { firstChannel, lastChannel, readChannelData } from '../../../stun/channel-data.js'
import { attributeTypes } from '../../../stun/stun-attribute.js'
import { type StunMessage, stunMethods } from '../../../stun/stun-message.js'
import {
  addressIn,
  allocateRequest,
  channelBindRequest,
  lifetimeSecondsIn,
  refreshRequest,
} from '../../../stun/turn-request.js'
import { RelayChannel, type ToServer } from './relay-channel.js'
import type { ServerAnswer, ServerRequests } from './server-requests.js'

/** RFC 8656 3.2 and 9: allocations live 600 s by default, permissions 300 s, channels 600 s. */
const defaultLifetimeSeconds = 600
/** An allocation is kept so long before its end (RFC 8656 8.1 wants "a minute"). */
const earlySeconds = 60
/** Binding a channel again keeps the permission as well. */
const channelRefreshMs = 240_000

export interface AllocationUser {
  /** What a peer sent, without its wrapping. */
  onRelayed(bytes: Buffer, from: RemoteInfo): void
  /** The server keeps the allocation no longer. */
  onLost(text: string): void
}

export interface AllocationParts {
  readonly clock: Clock
  readonly requests: ServerRequests
  readonly localHost: string
  readonly toServer: ToServer
  readonly user: AllocationUser
}

/** Where peers send to, and where the server saw this side. */
export interface Allocated {
  readonly relayed: Address
  readonly mapped: Address
}

/** An allocation on a TURN server (RFC 8656): a channel for every peer, kept until it is closed. */
export class TurnAllocation implements TimerOwner {
  readonly #parts: AllocationParts
  readonly #refreshTimer = new Timer(this, 'allocation')
  readonly #channelTimer = new Timer(this, 'channels')
  readonly #channels = new Map<string, RelayChannel>()
  readonly #byNumber = new Map<number, RelayChannel>()
  #allocated = false

  constructor(parts: AllocationParts) {
    this.#parts = parts
  }

  /** Asks for the allocation; `done` hears of the addresses or of what the server said instead. */
  allocate(done: (result: Allocated | Exclude<ServerAnswer, { kind: 'success' }>) => void): void {
    const { requests, localHost } = this.#parts
    requests.ask(allocateRequest(localHost), (answer) => {
      if (answer.kind !== 'success') {
        done(answer)
        return
      }
      const relayed = addressIn(answer.response, 'xorRelayedAddress')
      const mapped = addressIn(answer.response, 'xorMappedAddress')
      if (!relayed || !mapped) {
        done({ kind: 'refused', code: 0, reason: 'the answer names no address' })
        return
      }
      this.#allocated = true
      this.#keep(answer.response)
      done({ relayed, mapped })
    })
  }

  /** The channel to a peer, bound when it is first asked for; undefined when there are no numbers left. */
  channelTo(peer: Address): RelayChannel | undefined {
    const key = `${peer.host} ${peer.port}`
    const known = this.#channels.get(key)
    const number = firstChannel + this.#channels.size
    if (known || number > lastChannel) return known
    const channel = new RelayChannel(number, peer, this.#parts.toServer)
    this.#channels.set(key, channel)
    this.#byNumber.set(number, channel)
    this.#bind(channel)
    if (!this.#channelTimer.armed) this.#parts.clock.arm(this.#channelTimer, channelRefreshMs)
    return channel
  }

  onChannelData(bytes: Buffer): boolean {
    const message = readChannelData(bytes)
    const channel = message && this.#byNumber.get(message.channel)
    if (message && channel) this.#parts.user.onRelayed(message.data, channel.from)
    return channel !== undefined
  }

  /** Data of a peer that has a permission and no channel (RFC 8656 11.4). */
  onIndication(message: StunMessage): boolean {
    const peer = addressIn(message, 'xorPeerAddress')
    const data = message.attributes.get(attributeTypes.data)
    if (message.method !== stunMethods.data || !peer || !data) return false
    const family = isIPv6(peer.host) ? 'IPv6' : 'IPv4'
    this.#parts.user.onRelayed(data, { address: peer.host, port: peer.port, family, size: 0 })
    return true
  }

  onTimer(timer: Timer): void {
    if (timer === this.#refreshTimer) {
      this.#parts.requests.ask(refreshRequest(defaultLifetimeSeconds), (answer) => {
        if (answer.kind === 'success') this.#keep(answer.response)
        else this.#lost(answer, 'to keep the allocation')
      })
      return
    }
    for (const channel of this.#channels.values()) this.#bind(channel)
    this.#parts.clock.arm(timer, channelRefreshMs)
  }

  /** Gives the allocation back; nobody waits for the answer (RFC 8656 8). */
  close(): void {
    const { clock, requests } = this.#parts
    clock.disarm(this.#refreshTimer)
    clock.disarm(this.#channelTimer)
    if (this.#allocated) requests.ask(refreshRequest(0), () => {})
    this.#allocated = false
    requests.close()
  }

  #bind(channel: RelayChannel): void {
    this.#parts.requests.ask(channelBindRequest(channel.number, channel.peer), (answer) => {
      if (answer.kind === 'success') channel.onBound()
      else channel.onRefused()
    })
  }

  #keep(response: StunMessage): void {
    const seconds = lifetimeSecondsIn(response) ?? defaultLifetimeSeconds
    const afterSeconds = Math.max(seconds / 2, seconds - earlySeconds)
    this.#parts.clock.arm(this.#refreshTimer, afterSeconds * 1000)
  }

  #lost(answer: Exclude<ServerAnswer, { kind: 'success' }>, what: string): void {
    this.#allocated = false
    const said = answer.kind === 'silent' ? 'did not answer' : `refused with ${answer.code} ${answer.reason}`
    this.#parts.user.onLost(`the TURN server ${said} ${what}`)
  }
}
