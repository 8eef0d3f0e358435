import type { Address } from '../model/address.js'
import type { CaptureEvent } from './captured-message.js'
import { type AddressBook, addressOf, endpointOf, portOf } from './network/address-book.js'
import type { Datagram } from './network/datagram.js'
import { u16be } from './octet-numbers.js'
import { OctetStore } from './octets.js'
import { beginningOf } from './sip-start.js'
import { UdpMessage } from './udp-message.js'

const headerBytes = 8
/** Sockets that are remembered for having carried SIP. */
const mostSockets = 100_000

/** SIP in UDP: every datagram is one message (RFC 3261 18.3). */
export class UdpMessages {
  readonly #book: AddressBook
  readonly #deliver: (event: CaptureEvent) => void
  readonly #octets = new OctetStore()
  /** Sockets that sent or were sent SIP, as people write them. */
  readonly #sipSockets = new Map<number, Address>()

  constructor(book: AddressBook, deliver: (event: CaptureEvent) => void) {
    this.#book = book
    this.#deliver = deliver
  }

  /** Whether the socket sent or was sent SIP. */
  isSipSocket(address: number, port: number): boolean {
    return this.#sipSockets.has(endpointOf(address, port))
  }

  /** Takes a datagram with a whole UDP header. */
  receive(datagram: Datagram): void {
    const { bytes, start } = datagram
    const from = start + headerBytes
    const declared = start + u16be(bytes, start + 4)
    const to = declared > from ? Math.min(datagram.end, declared) : datagram.end
    const beginning = to > from ? beginningOf(bytes, from, to) : 'other'
    const isSip = beginning === 'sip' || (beginning === 'undecided' && datagram.cut)
    if (!isSip && beginning !== 'keep-alive') return
    const source = endpointOf(datagram.source, u16be(bytes, start))
    const destination = endpointOf(datagram.destination, u16be(bytes, start + 2))
    if (!isSip && !this.#knows(source, destination)) return
    this.#tell(datagram, isSip ? 'sip' : 'keep-alive', from, to, this.#addressOf(source), this.#addressOf(destination))
  }

  #tell(
    datagram: Datagram,
    content: 'sip' | 'keep-alive',
    from: number,
    to: number,
    source: Address,
    destination: Address,
  ): void {
    this.#deliver(new UdpMessage(content, datagram, from, to, source, destination, this.#octets))
    if (!datagram.cut) return
    const { atMs, frame } = datagram
    const text = 'the snap length of the capture cut a message'
    const common = { kind: 'loss', reason: 'cut', fromMs: atMs, toMs: atMs } as const
    this.#deliver({ ...common, afterFrame: frame, source, destination, count: 1, text })
  }

  #addressOf(socket: number): Address {
    const known = this.#sipSockets.get(socket)
    if (known !== undefined) return known
    if (this.#sipSockets.size >= mostSockets) this.#sipSockets.clear()
    const address = { host: this.#book.text(addressOf(socket)), port: portOf(socket) }
    this.#sipSockets.set(socket, address)
    return address
  }

  #knows(source: number, destination: number): boolean {
    return this.#sipSockets.has(source) && this.#sipSockets.has(destination)
  }
}
