import type { Address } from '../model/address.js'
import { systemError } from '../native/system-error.js'
import type { UdpAddon } from '../native/udp-addon.js'
import { toText, type Wire } from '../sip/message/wire.js'
import { failureFromError } from './failure.js'
import { NativeDatagrams } from './native-datagrams.js'
import type { TransportFailure } from './transport.js'
import type { OpenUdpSocket, UdpSocket, UdpSocketEvents, UdpSocketOptions } from './udp-socket.js'

/** The implementation by the native part; `addon` is that of this thread. */
export function nativeOpener(addon: UdpAddon): OpenUdpSocket {
  const datagrams = new NativeDatagrams(addon)
  return async (options) => open(addon, datagrams, options)
}

function open(addon: UdpAddon, datagrams: NativeDatagrams, options: UdpSocketOptions): NativeSocket | TransportFailure {
  const { local, ipv6, peer, receiveBufferBytes, batches } = options
  const number = addon.open(local.host, local.port, ipv6, receiveBufferBytes, batches)
  if (number < 0) return failureFromError(systemError(number, 'bind'), 'cannot bind', local)
  if (peer !== undefined) {
    const address = datagrams.numberOf(peer, ipv6)
    const error = address < 0 ? address : addon.connect(number, address)
    if (error < 0) {
      addon.close(number)
      return failureFromError(systemError(error, 'connect'), 'cannot connect to', peer)
    }
  }
  return new NativeSocket(addon, datagrams, number, options)
}

/** What `NativeDatagrams` hands the datagrams of a socket to. */
export class NativeSocket implements UdpSocket {
  readonly local: Address
  closed = false
  events: UdpSocketEvents | undefined
  readonly #addon: UdpAddon
  readonly #datagrams: NativeDatagrams
  readonly #number: number
  readonly #ipv6: boolean
  readonly #peer: Address | undefined

  constructor(addon: UdpAddon, datagrams: NativeDatagrams, number: number, options: UdpSocketOptions) {
    this.#addon = addon
    this.#datagrams = datagrams
    this.#number = number
    this.#ipv6 = options.ipv6
    this.#peer = options.peer
    const { host, port } = datagrams.addressOf(addon.local(number))
    this.local = { host, port }
    datagrams.add(number, this)
  }

  get queuedBytes(): number {
    return this.closed ? 0 : this.#addon.queuedBytes(this.#number)
  }

  attach(events: UdpSocketEvents): void {
    this.events = events
  }

  send(wire: Wire, to: Address | undefined): void {
    const address = to === undefined ? -1 : this.#datagrams.numberOf(to, this.#ipv6)
    const error = to !== undefined && address < 0 ? address : this.#addon.send(this.#number, toText(wire), address)
    if (error < 0) this.#failLater(error, to)
  }

  // On its own: a closure in `send` would make room for what it holds with every datagram.
  #failLater(errno: number, to: Address | undefined): void {
    process.nextTick(() => this.failed(errno, to))
  }

  /** `to` is where a datagram was to go; undefined for what concerns the socket. */
  failed(errno: number, to: Address | undefined): void {
    if (!this.closed) this.events?.onError(systemError(errno, 'send'), to ?? this.#peer)
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.#datagrams.remove(this.#number)
    this.#addon.close(this.#number)
  }
}
