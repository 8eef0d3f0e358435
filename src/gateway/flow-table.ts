import { type Address, formatAddress, type TransportName } from '../model/address.js'
import type { ChannelLike } from '../sip/transaction/channel.js'
import type { TargetGuard } from '../transport/guard.js'
import { transports } from '../transport/registry.js'
import { type Channel, type ChannelEvents, isTransportFailure } from '../transport/transport.js'

/** A way to one peer: a connection, or a UDP socket with an address. */
export interface Flow {
  readonly channel: ChannelLike
  /** For UDP. */
  readonly to: Address | undefined
}

/** A peer by address: an open connection to it is used, or one is made. */
export interface Place {
  readonly transport: TransportName
  readonly address: Address
}

const CONNECT_TIMEOUT_MS = 5000
const udpToken = /^udp~(\[[0-9a-f:.]+\]|[0-9.]+):(\d{1,5})$/i

/** Every open channel of the gateway, and the ways to peers through them. */
export class FlowTable {
  readonly #byId = new Map<number, Channel>()
  readonly #byPeer = new Map<string, Channel>()
  readonly #connecting = new Map<string, Promise<Flow | string>>()
  readonly #guard: TargetGuard
  readonly #events: ChannelEvents
  /** The channel of the UDP listener. */
  udp: Channel | undefined

  constructor(guard: TargetGuard, events: ChannelEvents) {
    this.#guard = guard
    this.#events = events
  }

  get channelCount(): number {
    return this.#byId.size
  }

  add(channel: Channel): void {
    this.#byId.set(channel.id, channel)
    if (channel.transport === 'udp') this.udp = channel
    else if (channel.remote) this.#byPeer.set(peerKey(channel.transport, channel.remote), channel)
  }

  remove(channel: Channel): void {
    this.#byId.delete(channel.id)
    if (this.udp === channel) this.udp = undefined
    if (!channel.remote) return
    const key = peerKey(channel.transport, channel.remote)
    if (this.#byPeer.get(key) === channel) this.#byPeer.delete(key)
  }

  /** The flow that a message came over. */
  of(channel: ChannelLike, from: Address): Flow {
    return { channel, to: channel.reliable ? undefined : from }
  }

  isOpen(flow: Flow): boolean {
    return this.#byId.has(flow.channel.id)
  }

  /** A flow as text for a URI parameter (RFC 5626 5.2 calls it a flow token). */
  tokenOf(flow: Flow): string {
    return flow.to ? `udp~${formatAddress(flow.to)}` : `${flow.channel.id}`
  }

  /** undefined when the connection is gone or the token is none. */
  fromToken(token: string): Flow | undefined {
    const match = udpToken.exec(token)
    if (match?.[1] && match[2]) {
      const host = match[1].replace(/[[\]]/g, '')
      return this.udp && { channel: this.udp, to: { host, port: Number(match[2]) } }
    }
    const channel = this.#byId.get(Number(token))
    return channel?.reliable ? { channel, to: undefined } : undefined
  }

  /** The way to an address, or the reason why there is none. */
  reach(place: Place): Flow | Promise<Flow | string> {
    if (place.transport === 'udp') {
      return this.udp ? { channel: this.udp, to: place.address } : Promise.resolve('there is no UDP listener')
    }
    const key = peerKey(place.transport, place.address)
    const open = this.#byPeer.get(key)
    if (open) return { channel: open, to: undefined }
    const pending = this.#connecting.get(key) ?? this.#connect(place, key)
    this.#connecting.set(key, pending)
    return pending
  }

  async #connect({ transport, address }: Place, key: string): Promise<Flow | string> {
    const channel = await transports[transport].connect(
      {
        remote: address,
        timeoutMs: CONNECT_TIMEOUT_MS,
        guard: this.#guard,
        // Phones that accept connections have certificates of their own, and nobody to vouch for them.
        tls: { verify: 'none' },
      },
      this.#events,
    )
    this.#connecting.delete(key)
    if (isTransportFailure(channel)) return channel.text
    this.add(channel)
    return { channel, to: undefined }
  }

  async close(): Promise<void> {
    const open = [...this.#byId.values()]
    this.#byId.clear()
    this.#byPeer.clear()
    this.udp = undefined
    await Promise.all(open.map((channel) => channel.close()))
  }
}

const peerKey = (transport: TransportName, address: Address): string => `${transport} ${formatAddress(address)}`

/** A promise that fails only by value is told from a flow that is there already. */
export const isPromise = (way: Flow | Promise<Flow | string>): way is Promise<Flow | string> => way instanceof Promise
