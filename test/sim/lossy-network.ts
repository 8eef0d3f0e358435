import { after } from '../../src/base/clock.js'
import type { VirtualClock } from '../../src/base/virtual-clock.js'
import type { Address } from '../../src/model/address.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { toBytes, type Wire } from '../../src/sip/message/wire.js'
import type { ChannelLike } from '../../src/sip/transaction/channel.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { type LayerUser, TransactionLayer } from '../../src/sip/transaction/transaction-layer.js'

/** One message on the wire of the simulation. */
export interface Packet {
  readonly atMs: number
  readonly from: string
  readonly message: SipMessage
  /** `INVITE`, `200 INVITE`. */
  readonly summary: string
  readonly dropped: boolean
}

export interface NetworkOptions {
  readonly reliable?: boolean
  readonly delayMs?: number
  /** True loses the packet; asked once for each. */
  readonly drop?: (summary: string, from: string) => boolean
}

let nextChannelId = 1

/** Two sides, `caller` and `callee`, over an in-memory wire on a virtual clock. */
export class LossyNetwork {
  readonly clock: VirtualClock
  readonly packets: Packet[] = []
  readonly #options: NetworkOptions
  readonly #sides = new Map<string, Side>()

  constructor(clock: VirtualClock, options: NetworkOptions = {}) {
    this.clock = clock
    this.#options = options
  }

  /** Adds a side with a transaction layer of its own. */
  side(name: string, address: Address, user: LayerUser): Side {
    const side = new Side(this, name, address, user, this.#options.reliable ?? false)
    this.#sides.set(name, side)
    return side
  }

  /** Times at which `from` sent messages with this summary, lost ones too. */
  times(from: string, summary: string): number[] {
    return this.packets.filter((packet) => packet.from === from && packet.summary === summary).map((p) => p.atMs)
  }

  /** The ladder as `caller INVITE`, without what was lost. */
  get ladder(): string[] {
    return this.packets.filter((packet) => !packet.dropped).map((packet) => `${packet.from} ${packet.summary}`)
  }

  carry(from: Side, bytes: Uint8Array): void {
    const message = SipMessage.parse(bytes)
    const summary = message.isRequest ? message.method : `${message.status} ${message.cseqMethod}`
    const dropped = this.#options.drop?.(summary, from.name) ?? false
    this.packets.push({ atMs: this.clock.nowMs(), from: from.name, message, summary, dropped })
    if (dropped) return
    const to = [...this.#sides.values()].find((side) => side !== from)
    if (to) after(this.clock, this.#options.delayMs ?? 0, () => to.hear(from.local, bytes))
  }
}

export class Side implements ChannelLike {
  readonly id = nextChannelId++
  readonly transport: 'udp' | 'tcp'
  readonly reliable: boolean
  readonly local: Address
  readonly remote = undefined
  readonly name: string
  readonly layer: TransactionLayer
  /** `sent INVITE request` or `received INVITE request`, counted. */
  readonly again: Record<string, number> = {}
  readonly #network: LossyNetwork

  constructor(network: LossyNetwork, name: string, local: Address, user: LayerUser, reliable: boolean) {
    this.#network = network
    this.name = name
    this.local = local
    this.reliable = reliable
    this.transport = reliable ? 'tcp' : 'udp'
    const add = (key: string): void => {
      this.again[key] = (this.again[key] ?? 0) + 1
    }
    const count = {
      sentAgain: (method: string, kind: string) => add(`sent ${method} ${kind}`),
      receivedAgain: (method: string, kind: string) => add(`received ${method} ${kind}`),
    }
    this.layer = new TransactionLayer({ clock: network.clock, timers: timerValues(), user, count })
  }

  send(wire: Wire): void {
    this.#network.carry(this, toBytes(wire))
  }

  hear(from: Address, bytes: Uint8Array): void {
    this.layer.receive(this, from, SipMessage.parse(bytes))
  }
}

/** A filter that loses the first `count` packets of one summary. */
export function dropFirst(summary: string, count: number): (seen: string) => boolean {
  let left = count
  return (seen) => seen === summary && left-- > 0
}
