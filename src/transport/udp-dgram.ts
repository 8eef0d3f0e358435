import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from '../model/address.js'
import { toBytes, type Wire } from '../sip/message/wire.js'
import { AddressTable } from './address-table.js'
import { failureFromError } from './failure.js'
import type { TransportFailure } from './transport.js'
import type { UdpSocket, UdpSocketEvents, UdpSocketOptions } from './udp-socket.js'

/**
 * Addresses are resolved before they come here. Answering at once lets dgram hand the datagram to the kernel within
 * the call; its default goes through further turns of the event loop, even for an address.
 */
const lookup = (name: string, options: unknown, done: (error: null, address: string, family: number) => void): void =>
  // dgram asks with the family of the socket itself, whatever its types say.
  done(null, name, typeof options === 'number' ? options : isIPv6(name) ? 6 : 4)

/** Binds, and connects to `peer` when there is one. */
function bind(socket: Socket, local: Address, peer: Address | undefined): Promise<TransportFailure | undefined> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      socket.close()
      const binding = (error as NodeJS.ErrnoException).syscall === 'bind'
      resolve(failureFromError(error, binding ? 'cannot bind' : 'cannot connect to', binding ? local : peer))
    }
    socket.once('error', fail)
    socket.bind({ port: local.port, address: local.host, exclusive: true }, () => {
      const done = (error?: Error): void => {
        socket.off('error', fail)
        if (error === undefined) resolve(undefined)
        else fail(error)
      }
      if (peer === undefined) done()
      else socket.connect(peer.port, peer.host, done)
    })
  })
}

/** SO_RCVBUF is a wish: what the kernel cuts or refuses shows in readSocketDrops, and is no reason not to start. */
function widenReceiveBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_BUFFER_SIZE') throw error
  }
}

/** The portable implementation. */
export async function openDgramSocket(options: UdpSocketOptions): Promise<UdpSocket | TransportFailure> {
  const { ipv6, local, peer, receiveBufferBytes } = options
  const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6, lookup })
  const failed = await bind(socket, local, peer)
  if (failed !== undefined) return failed
  widenReceiveBuffer(socket, receiveBufferBytes)
  return new DgramSocket(socket, peer)
}

class DgramSocket implements UdpSocket {
  readonly local: Address
  readonly #socket: Socket
  readonly #peer: Address | undefined
  readonly #sources = new AddressTable()
  /** Made once: dgram tells of a failed send only to a callback, and its error carries the destination. */
  readonly #onSent: (error: Error | null) => void
  #events: UdpSocketEvents | undefined
  #closing: Promise<void> | undefined

  constructor(socket: Socket, peer: Address | undefined) {
    const { address, port } = socket.address()
    this.local = { host: address, port }
    this.#socket = socket
    this.#peer = peer
    this.#onSent = (error) => {
      if (error !== null && this.#closing === undefined) this.#failed(error)
    }
    socket.on('message', (bytes, { address, port }) =>
      this.#events?.onDatagram(bytes, this.#sources.get(address, port), performance.now()),
    )
    // A connected socket hears of ICMP errors here, whether they arrive with a send or in between.
    socket.on('error', (error) => this.#failed(error))
  }

  get queuedBytes(): number {
    return this.#closing === undefined ? this.#socket.getSendQueueSize() : 0
  }

  attach(events: UdpSocketEvents): void {
    this.#events = events
  }

  send(wire: Wire, to: Address | undefined): void {
    const bytes = toBytes(wire)
    if (to === undefined) this.#socket.send(bytes, this.#onSent)
    else this.#socket.send(bytes, to.port, to.host, this.#onSent)
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#socket.close(resolve)
    })
    return this.#closing
  }

  #failed(error: Error): void {
    const { address, port } = error as Error & { address?: string; port?: number }
    const isKnown = address !== undefined && port !== undefined
    this.#events?.onError(error, isKnown ? this.#sources.get(address, port) : this.#peer)
  }
}
