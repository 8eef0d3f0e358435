import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Address } from '../model/address.js'
import { refusedListen } from './address-check.js'
import { failure, failureFromError } from './failure.js'
import { remoteAddressOf } from './stream-address.js'
import type {
  Channel,
  ChannelEvents,
  Listener,
  ListenOptions,
  TlsServerOptions,
  TransportFailure,
} from './transport.js'

/** Thousands of phones connect within a second; the kernel caps it at net.core.somaxconn. */
const backlog = 4096

/** A listening TCP socket of any of the stream transports, with the connections that came in through it. */
export class StreamListener implements Listener {
  readonly channel = undefined
  readonly #server: Server
  readonly #events: ChannelEvents
  readonly #channels = new Set<Channel>()
  /** Every accepted socket, also those whose handshakes are not done. */
  readonly #sockets = new Set<Socket>()
  #local: Address = { host: '', port: 0 }
  #closing: Promise<void> | undefined

  constructor(server: Server, events: ChannelEvents) {
    this.#server = server
    this.#events = events
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get local(): Address {
    return this.#local
  }

  async listen(options: ListenOptions): Promise<this | TransportFailure> {
    const { local } = options
    const refused = refusedListen(options)
    if (refused !== undefined) return refused
    const failed = await new Promise<Error | undefined>((resolve) => {
      this.#server.once('error', resolve)
      this.#server.listen({ host: local.host, port: local.port, ipv6Only: true, exclusive: true, backlog }, () => {
        this.#server.off('error', resolve)
        resolve(undefined)
      })
    })
    if (failed !== undefined) return failureFromError(failed, 'cannot listen on', local)
    // From now on: accept failures, such as too many open files.
    this.#server.on('error', (error) =>
      this.#events.onInboundFailure?.(failureFromError(error, 'cannot accept on', this.#local), undefined),
    )
    const bound = this.#server.address()
    if (bound !== null && typeof bound === 'object') this.#local = { host: bound.address, port: bound.port }
    return this
  }

  /** Makes a channel of an inbound connection and announces it. */
  accept(socket: Socket, make: (remote: Address) => Channel): void {
    const remote = remoteAddressOf(socket)
    if (remote === undefined || this.#closing !== undefined) {
      socket.destroy()
      if (remote === undefined) this.refuse(failure('reset', 'ENOTCONN', 'a peer left before it was accepted'), remote)
      return
    }
    const channel = make(remote)
    this.#channels.add(channel)
    socket.once('close', () => this.#channels.delete(channel))
    this.#events.onOpen?.(channel)
  }

  refuse(reason: TransportFailure, remote: Address | undefined): void {
    this.#events.onInboundFailure?.(reason, remote)
  }

  renewCertificate({ cert, key }: Pick<TlsServerOptions, 'cert' | 'key'>): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    await Promise.all([...this.#channels].map((channel) => channel.close()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
