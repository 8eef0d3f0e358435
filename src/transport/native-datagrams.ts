import type { Address } from '../model/address.js'
import { mostDatagrams, type UdpAddon } from '../native/udp-addon.js'
import type { NativeSocket } from './udp-native.js'

const nowhere: Address = { host: '', port: 0 }

/** Numbers of addresses by host and port: one look-up for most datagrams. */
class AddressNumbers {
  readonly #byHost = new Map<string, Map<number, number>>()
  #last = nowhere
  #lastNumber = -1

  find(address: Address): number {
    if (address === this.#last) return this.#lastNumber
    const number = this.#byHost.get(address.host)?.get(address.port) ?? -1
    if (number >= 0) this.#remember(address, number)
    return number
  }

  add(address: Address, number: number): void {
    const byPort = this.#byHost.get(address.host)
    if (byPort) byPort.set(address.port, number)
    else this.#byHost.set(address.host, new Map([[address.port, number]]))
    this.#remember(address, number)
  }

  clear(): void {
    this.#byHost.clear()
    this.#last = nowhere
  }

  #remember(address: Address, number: number): void {
    this.#last = address
    this.#lastNumber = number
  }
}

/** Brings what the native part receives to its sockets, and knows addresses by the numbers it has for them. */
export class NativeDatagrams {
  readonly #addon: UdpAddon
  readonly #sockets: (NativeSocket | undefined)[] = []
  readonly #ages = new Float64Array(mostDatagrams)
  readonly #sources = new Int32Array(mostDatagrams + 1)
  readonly #addresses: Address[] = []
  readonly #numbers = { v4: new AddressNumbers(), v6: new AddressNumbers() }
  /** Sources of the batch at hand: whoever takes a datagram may send, and make numbers void with that. */
  readonly #batch: Address[] = new Array(mostDatagrams).fill(nowhere)
  #generation = 0

  constructor(addon: UdpAddon) {
    this.#addon = addon
    addon.start(
      (number, ...texts) => this.#receive(number, texts),
      (number, errno, address) =>
        this.#sockets[number]?.failed(errno, address < 0 ? undefined : this.addressOf(address)),
      this.#ages,
      this.#sources,
    )
  }

  add(number: number, socket: NativeSocket): void {
    this.#sockets[number] = socket
  }

  remove(number: number): void {
    this.#sockets[number] = undefined
  }

  /** The address of a number that was just given. */
  addressOf(number: number): Address {
    this.#checkGeneration()
    this.#addresses[number] ??= {
      host: this.#addon.addressHost(number),
      port: this.#addon.addressPort(number),
    }
    return this.#addresses[number]
  }

  /** The number of an address for the next call of the native part, or an errno when it is none of that family. */
  numberOf(address: Address, ipv6: boolean): number {
    const numbers = ipv6 ? this.#numbers.v6 : this.#numbers.v4
    const known = numbers.find(address)
    if (known >= 0 && this.#generation === this.#sources[mostDatagrams]) return known
    const number = this.#addon.addressId(address.host, address.port, ipv6)
    this.#checkGeneration()
    if (number >= 0) numbers.add(address, number)
    return number
  }

  #checkGeneration(): void {
    const generation = this.#sources[mostDatagrams] as number
    if (generation === this.#generation) return
    this.#generation = generation
    this.#addresses.length = 0
    this.#numbers.v4.clear()
    this.#numbers.v6.clear()
  }

  #receive(number: number, texts: readonly string[]): void {
    const nowMs = performance.now()
    const socket = this.#sockets[number]
    if (socket === undefined) return
    for (let i = 0; i < texts.length; i++) this.#batch[i] = this.addressOf(this.#sources[i] as number)
    for (let i = 0; i < texts.length && !socket.closed; i++) {
      socket.events?.onDatagram(texts[i] as string, this.#batch[i] as Address, nowMs - (this.#ages[i] as number))
    }
  }
}
