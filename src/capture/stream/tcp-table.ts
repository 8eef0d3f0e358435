import type { Address } from '../../model/address.js'
import type { CaptureEvent } from '../captured-message.js'
import { type AddressBook, addressOf, endpointOf, portOf } from '../network/address-book.js'
import type { Datagram } from '../network/datagram.js'
import type { End } from './flow.js'
import { TcpConnection, type TlsObserver } from './tcp-connection.js'
import { TcpHeader, tcpFlag } from './tcp-header.js'

/** Segments between two looks for connections that can be forgotten. */
const sweepEvery = 20_000
/** Retransmissions of the last segments come this long after the end (RFC 9293 3.6.1: 2 MSL of a minute at most). */
const lingerMs = 120_000
/** Quiet connections are forgotten; one that goes on is found again. */
const idleMs = 300_000
const idleSipMs = 7_200_000

/** All TCP connections of a capture, by their two ends. */
export class TcpTable {
  readonly #book: AddressBook
  readonly #deliver: (event: CaptureEvent) => void
  readonly #onTls: TlsObserver
  readonly #header = new TcpHeader()
  /** By the lower and the higher number of the two ends. */
  readonly #byEnds = new Map<number, Map<number, TcpConnection>>()
  #connections = 0
  #sinceSweep = 0

  constructor(book: AddressBook, deliver: (event: CaptureEvent) => void, onTls: TlsObserver) {
    this.#book = book
    this.#deliver = deliver
    this.#onTls = onTls
  }

  receive(datagram: Datagram): void {
    const header = this.#header
    if (!header.read(datagram)) return
    const source = endpointOf(datagram.source, header.sourcePort)
    const destination = endpointOf(datagram.destination, header.destinationPort)
    const from: End = source < destination ? 0 : 1
    const [low, high] = from === 0 ? [source, destination] : [destination, source]
    this.#find(low, high, header, datagram.clearTls).receive(from, header, datagram)
    if (++this.#sinceSweep >= sweepEvery) this.#sweep(datagram.atMs)
  }

  /** Whether the connection between two endpoints is known to carry SIP. */
  carriesSip(source: number, destination: number): boolean {
    const low = Math.min(source, destination)
    return this.#byEnds.get(low)?.get(Math.max(source, destination))?.flow.carriesSip === true
  }

  end(): void {
    this.#forget(() => true)
  }

  #find(low: number, high: number, header: TcpHeader, clearTls: boolean): TcpConnection {
    let peers = this.#byEnds.get(low)
    if (peers === undefined) {
      peers = new Map()
      this.#byEnds.set(low, peers)
    }
    const known = peers.get(high)
    if (known !== undefined && !isNewConnection(known, header)) return known
    known?.end()
    const ends = [this.#address(low), this.#address(high)] as const
    const connection = new TcpConnection(++this.#connections, ends, clearTls, this.#deliver, this.#onTls)
    peers.set(high, connection)
    return connection
  }

  #address(endpoint: number): Address {
    return { host: this.#book.text(addressOf(endpoint)), port: portOf(endpoint) }
  }

  #sweep(nowMs: number): void {
    this.#sinceSweep = 0
    this.#forget(({ closed, lastMs, flow }) => {
      const quietMs = nowMs - lastMs
      if (closed) return quietMs > lingerMs
      return quietMs > (flow.carriesSip ? idleSipMs : idleMs)
    })
  }

  #forget(isOver: (connection: TcpConnection) => boolean): void {
    for (const [low, peers] of this.#byEnds) {
      for (const [high, connection] of peers) {
        if (!isOver(connection)) continue
        connection.end()
        peers.delete(high)
      }
      if (peers.size === 0) this.#byEnds.delete(low)
    }
  }
}

/** A SYN on ends that are known opens a new connection, unless it repeats the one that opened this. */
function isNewConnection(known: TcpConnection, header: TcpHeader): boolean {
  if (!header.has(tcpFlag.syn) || header.has(tcpFlag.acknowledge)) return false
  return known.synSequence !== header.sequence
}
