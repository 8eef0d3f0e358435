import type { Socket } from 'node:net'
import type { Address, TransportName } from '../model/address.js'
import { localAddressOf, remoteAddressOf } from './stream-address.js'

/** Sees the octets of one connection as TCP carries them, or would carry them without TLS. */
export interface ConnectionTap {
  /** The octets are valid only during the call. */
  onOctets(direction: 'sent' | 'received', bytes: Buffer): void
  /** The far side, or ours, sends no more. Once for each direction. */
  onEnd(direction: 'sent' | 'received'): void
}

export interface TappedConnection {
  readonly transport: Exclude<TransportName, 'udp'>
  readonly local: Address
  readonly remote: Address
  /** True for a connection that this side opened. */
  readonly initiator: boolean
}

/** Asked for an observer of every connection, before anything but handshakes of TCP and TLS was said on it. */
export type WireTap = (connection: TappedConnection) => ConnectionTap

/**
 * Lets `tap` see what a socket sends and receives. It is the socket's own methods that are watched: whoever reads the
 * socket (HTTP, ws) takes octets out of it in ways of its own, and gives some back.
 */
export function tapSocket(
  socket: Socket,
  transport: TappedConnection['transport'],
  initiator: boolean,
  tap: WireTap | undefined,
): void {
  const remote = remoteAddressOf(socket)
  if (tap === undefined || remote === undefined) return
  const observer = tap({ transport, local: localAddressOf(socket), remote, initiator })
  watchReceived(socket, observer)
  // An HTTP server takes octets past the socket until somebody listens to it.
  if (!initiator) socket.on('data', ignore)
  watchSent(socket, observer)
  const end = { received: false, sent: false }
  const onEnd = (direction: 'sent' | 'received'): void => {
    if (!end[direction]) observer.onEnd(direction)
    end[direction] = true
  }
  socket.on('end', () => onEnd('received'))
  socket.on('finish', () => onEnd('sent'))
}

function watchReceived(socket: Socket, observer: ConnectionTap): void {
  const push = socket.push.bind(socket)
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (Buffer.isBuffer(chunk)) observer.onOctets('received', chunk)
    return push(chunk, encoding)
  }
}

function watchSent(socket: Socket, observer: ConnectionTap): void {
  const write: (...args: unknown[]) => boolean = socket.write.bind(socket) as never
  const watched = (...args: unknown[]): boolean => {
    const [chunk, encoding] = args
    if (typeof chunk === 'string') {
      observer.onOctets(
        'sent',
        Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'),
      )
    } else if (chunk instanceof Uint8Array) {
      observer.onOctets('sent', Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
    }
    return write(...args)
  }
  socket.write = watched as Socket['write']
}

const ignore = (): void => {}
