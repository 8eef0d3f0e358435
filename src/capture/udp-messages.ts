import type { Address } from '../model/address.js'
import type { CaptureEvent } from './captured-message.js'
import { type AddressBook, endpointOf } from './network/address-book.js'
import { checksumState } from './network/checksum.js'
import type { Datagram } from './network/datagram.js'
import { beginningOf } from './sip-start.js'

const headerBytes = 8
/** Sockets that are remembered for having carried SIP. */
const mostSockets = 100_000

/** SIP in UDP: every datagram is one message (RFC 3261 18.3). */
export class UdpMessages {
  readonly #book: AddressBook
  readonly #deliver: (event: CaptureEvent) => void
  readonly #sipSockets = new Set<number>()

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
    const declared = start + bytes.readUInt16BE(start + 4)
    const to = declared > from ? Math.min(datagram.end, declared) : datagram.end
    const beginning = to > from ? beginningOf(bytes, from, to) : 'other'
    const isSip = beginning === 'sip' || (beginning === 'undecided' && datagram.cut)
    const source = endpointOf(datagram.source, bytes.readUInt16BE(start))
    const destination = endpointOf(datagram.destination, bytes.readUInt16BE(start + 2))
    if (isSip) this.#remember(source, destination)
    else if (beginning !== 'keep-alive' || !this.#knows(source, destination)) return
    this.#tell(datagram, isSip ? 'sip' : 'keep-alive', from, to)
  }

  #tell(datagram: Datagram, content: 'sip' | 'keep-alive', from: number, to: number): void {
    const { bytes, start, atMs, frame } = datagram
    const source = this.#address(datagram.source, bytes.readUInt16BE(start))
    const destination = this.#address(datagram.destination, bytes.readUInt16BE(start + 2))
    this.#deliver({
      kind: 'message',
      content,
      bytes: Buffer.from(bytes.subarray(from, to)),
      truncated: datagram.cut,
      atMs,
      firstAtMs: datagram.firstAtMs,
      frames: datagram.frames ?? [frame],
      source,
      destination,
      transport: 'udp',
      ttl: datagram.ttl,
      checksum: checksumState(datagram),
      interfaceIndex: datagram.interfaceIndex,
    })
    if (!datagram.cut) return
    const text = 'the snap length of the capture cut a message'
    const common = { kind: 'loss', reason: 'cut', fromMs: atMs, toMs: atMs } as const
    this.#deliver({ ...common, afterFrame: frame, source, destination, count: 1, text })
  }

  #address(address: number, port: number): Address {
    return { host: this.#book.text(address), port }
  }

  #knows(source: number, destination: number): boolean {
    return this.#sipSockets.has(source) && this.#sipSockets.has(destination)
  }

  #remember(source: number, destination: number): void {
    if (this.#sipSockets.size > mostSockets) this.#sipSockets.clear()
    this.#sipSockets.add(source)
    this.#sipSockets.add(destination)
  }
}
