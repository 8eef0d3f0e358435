import { createSocket } from 'node:dgram'
import { connect as connectTcp, isIPv6, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import type { Address } from '../model/address.js'
import { failureFromError, refusedByGuard, timeoutFailure } from './failure.js'
import type { TargetGuard } from './guard.js'
import { localAddressFor } from './local-address.js'
import type { TransportFailure } from './transport.js'

/** Bytes as they come and go, without framing, keep-alives or anything else that a channel does by itself. */
export interface RawSocket {
  readonly local: Address
  /** `to` matters for datagrams only; what may not be sent there is not sent. */
  send(bytes: Buffer, to?: Address): void
  close(): void
  /** Ends a connection by RST. */
  reset?(): void
  /** Of TLS: why the certificate is not trusted, or undefined. */
  readonly distrust: string | undefined
  /** Of TLS: its version, and the protocol of ALPN that the peer chose. */
  readonly secured?: { readonly version: string; readonly alpn: string | undefined } | undefined
}

export interface RawTls {
  readonly ca?: string | undefined
  readonly serverName: string
  readonly alpn?: readonly string[] | undefined
  /** Nothing newer is offered. */
  readonly maxVersion?: 'TLSv1.1' | undefined
}

export interface RawSocketEvents {
  onBytes(bytes: Buffer): void
  onEvent(text: string): void
}

export interface RawSocketOptions {
  readonly remote: Address
  readonly guard: TargetGuard
  readonly timeoutMs: number
  /** Own port of datagrams; 0 lets the system choose. */
  readonly localPort?: number | undefined
  /** TLS with these authorities; whether they vouch for the peer is told, and does not end the connection. */
  readonly tls?: RawTls | undefined
}

/** A UDP socket that sends to `remote` and hears everybody. */
export async function openRawDatagrams(
  options: RawSocketOptions,
  events: RawSocketEvents,
): Promise<RawSocket | TransportFailure> {
  const { remote, guard, localPort = 0 } = options
  const refusal = guard.refusal(remote.host)
  if (refusal !== undefined) return refusedByGuard(refusal)
  const host = await localAddressFor(remote)
  const socket = createSocket(isIPv6(remote.host) ? 'udp6' : 'udp4')
  const failed = await new Promise<Error | undefined>((resolve) => {
    socket.once('error', resolve)
    socket.bind(localPort, host, () => resolve(undefined))
  })
  if (failed !== undefined) return failureFromError(failed, 'cannot bind', { host, port: localPort })
  socket.removeAllListeners('error')
  socket.on('error', (error) => events.onEvent(`failed: ${error.message}`))
  socket.on('message', (bytes) => events.onBytes(bytes))
  const send = (bytes: Buffer, to: Address = remote): void => {
    if (guard.refusal(to.host) === undefined) socket.send(bytes, to.port, to.host)
    else events.onEvent(`not sent: ${guard.refusal(to.host)}`)
  }
  let closed = false
  const close = (): void => {
    if (!closed) socket.close()
    closed = true
  }
  const { port } = socket.address()
  return {
    local: { host, port },
    send: (bytes, to) => (closed ? undefined : send(bytes, to)),
    close,
    distrust: undefined,
  }
}

/** A TCP or TLS connection. */
export function openRawStream(
  options: RawSocketOptions,
  events: RawSocketEvents,
): Promise<RawSocket | TransportFailure> {
  const { remote, guard, timeoutMs, tls } = options
  const refusal = guard.refusal(remote.host)
  if (refusal !== undefined) return Promise.resolve(refusedByGuard(refusal))
  return new Promise((resolve) => {
    const socket = tls === undefined ? connectTcp(remote) : connectTls({ ...remote, ...tlsOptions(tls) })
    const fail = (failure: TransportFailure): void => {
      socket.destroy()
      resolve(failure)
    }
    socket.setTimeout(timeoutMs, () => fail(timeoutFailure('cannot connect to', remote, timeoutMs)))
    socket.once('error', (error) => fail(failureFromError(error, 'cannot connect to', remote)))
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('error')
      resolve(rawSocketOf(socket, events))
    })
  })
}

const tlsOptions = ({ ca, serverName, alpn, maxVersion }: RawTls): ConnectionOptions => ({
  rejectUnauthorized: false,
  ...(ca === undefined ? {} : { ca }),
  servername: serverName,
  ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  // OpenSSL speaks old versions below its usual security level only.
  ...(maxVersion === undefined ? {} : { minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT:@SECLEVEL=0' }),
})

/** A connection that stands. */
export function rawSocketOf(socket: Socket | TLSSocket, events: RawSocketEvents): RawSocket {
  let closing = false
  socket.on('data', (bytes) => events.onBytes(bytes))
  socket.on('error', (error) => events.onEvent(`failed: ${error.message}`))
  socket.on('close', () => {
    if (!closing) events.onEvent('closed')
  })
  const close = (): void => {
    closing = true
    socket.destroy()
  }
  const reset = (): void => {
    closing = true
    // Under TLS the system's socket is out of reach.
    if ('authorized' in socket) socket.destroy()
    else socket.resetAndDestroy()
  }
  const distrust = 'authorized' in socket && !socket.authorized ? String(socket.authorizationError) : undefined
  const local = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 }
  const secured =
    'getProtocol' in socket
      ? { version: socket.getProtocol() ?? '', alpn: socket.alpnProtocol || undefined }
      : undefined
  return { local, send: (bytes) => (closing ? undefined : void socket.write(bytes)), close, reset, distrust, secured }
}
