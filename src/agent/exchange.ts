import type { Address } from '../model/address.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri } from '../sip/message/uri.js'
import { transports } from '../transport/registry.js'
import {
  type Channel,
  type ChannelEvents,
  isTransportFailure,
  type Listener,
  type TlsServerOptions,
  type TransportFailure,
} from '../transport/transport.js'
import type { Phone } from './phone.js'
import type { PhoneProfile } from './profile.js'
import type { ChannelOwner, Stack } from './stack.js'

/**
 * One socket that many phones share: the UDP socket of a group, or the listener where a group is reached without
 * registering. Requests find their phone by the user of the Request-URI.
 */
export class Exchange implements ChannelOwner {
  readonly #stack: Stack
  readonly #byUser = new Map<string, Phone>()
  #only: Phone | undefined
  #listener: Listener | undefined

  constructor(stack: Stack) {
    this.#stack = stack
  }

  add(phones: readonly Phone[]): void {
    for (const phone of phones) this.#byUser.set(phone.identity.user, phone)
    this.#only = this.#byUser.size === 1 ? phones[0] : undefined
  }

  /** Opens the listener; a UDP group shares its one channel among its phones. */
  async open(
    profile: PhoneProfile,
    local: Address,
    tls: TlsServerOptions | undefined,
  ): Promise<Listener | TransportFailure> {
    const ws = { path: undefined, requireProtocol: true }
    const result = await transports[profile.transport].listen(
      { local, tls, ws, udp: { batches: profile.batches }, guard: this.#stack.guard, ...this.#stack.taps },
      this.#events(),
    )
    if (isTransportFailure(result)) return result
    this.#listener = result
    const { channel } = result
    if (channel) for (const phone of this.#byUser.values()) for (const flow of phone.flows) flow.share(channel)
    return result
  }

  get address(): Address | undefined {
    return this.#listener?.local
  }

  phoneFor(request: SipMessage): Phone | undefined {
    const user = parseUri(request.requestUri)?.user
    return (user === undefined ? undefined : this.#byUser.get(user)) ?? this.#only
  }

  intercept(channel: Channel, from: Address, message: SipMessage): boolean {
    return this.#only?.intercept(channel, from, message) ?? false
  }

  onChannelFailure(_channel: Channel, failure: TransportFailure): void {
    this.#stack.count(`transport: ${failure.kind}`)
  }

  onChannelClosed(): void {}

  async close(): Promise<void> {
    await this.#listener?.close()
  }

  /** The stack hears everything; what comes in through this listener is ours. */
  #events(): ChannelEvents {
    const stack = this.#stack
    return {
      onOpen: (channel) => stack.own(channel, this),
      onMessage: (channel, from, wire, arrivedMs) => stack.onMessage(channel, from, wire, arrivedMs),
      onFailure: (channel, failure, to) => stack.onFailure(channel, failure, to),
      onClose: (channel, reason) => stack.onClose(channel, reason),
      onPong: (channel) => stack.onPong(channel),
      onMalformed: (channel, kind) => stack.onMalformed(channel, kind),
      onInboundFailure: (failure) => stack.count(`inbound: ${failure.kind}`),
    }
  }
}
