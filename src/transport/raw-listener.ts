import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { Address } from '../model/address.js'
import type { KeyPair } from './certificates.js'
import { failureFromError } from './failure.js'
import { type RawSocket, type RawSocketEvents, rawSocketOf } from './raw-socket.js'
import { remoteAddressOf } from './stream-address.js'
import type { TransportFailure } from './transport.js'

export interface RawListener {
  readonly local: Address
  /** What clients of TLS are shown from now on. */
  present(certificate: KeyPair): void
  close(): void
}

export interface RawListenerEvents {
  /** Whether that client is the one that is waited for; others are sent away. */
  isWelcome(remote: Address): boolean
  onConnection(socket: (events: RawSocketEvents) => RawSocket): void
  /** A TLS handshake failed. */
  onRefused(text: string): void
}

/** Hears TCP or TLS connections as bytes, for one whose behaviour is looked at. */
export function openRawListener(
  local: Address,
  certificate: KeyPair | undefined,
  events: RawListenerEvents,
): Promise<RawListener | TransportFailure> {
  const sockets = new Set<Socket>()
  const take = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const remote = remoteAddressOf(socket)
    if (remote !== undefined && events.isWelcome(remote)) events.onConnection((own) => rawSocketOf(socket, own))
    else socket.destroy()
  }
  const secured = certificate && createTlsServer(credentialsOf(certificate), take)
  const server: Server | TlsServer = secured ?? createServer({ noDelay: true }, take)
  secured?.on('tlsClientError', (error) => events.onRefused(error.message))
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(failureFromError(error, 'cannot listen at', local)))
    server.listen(local.port, local.host, () => {
      const { port } = server.address() as { port: number }
      resolve({
        local: { host: local.host, port },
        present: (next) => secured?.setSecureContext(credentialsOf(next)),
        close: () => {
          server.close()
          for (const socket of sockets) socket.destroy()
        },
      })
    })
  })
}

const credentialsOf = ({ certPem, keyPem }: KeyPair) => ({ cert: certPem, key: keyPem })
