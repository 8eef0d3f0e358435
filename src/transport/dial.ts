import { type NetConnectOpts, connect as netConnect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { refusedConnect } from './address-check.js'
import { failure, failureFromError, timeoutFailure } from './failure.js'
import { readCertificateOnce } from './peer-certificate.js'
import { clientTlsOptions, withTlsSettings } from './tls-settings.js'
import { type ConnectOptions, isTransportFailure, type TransportFailure } from './transport.js'

const what = 'cannot connect to'

/** A TCP connection for `plain`; otherwise TLS on top, offering these ALPN names. */
export type Security = 'plain' | { readonly alpn: readonly string[] }

/**
 * Connects, and hands the ready socket to `adopt` within the event that made it ready, so that no error or byte can
 * fall between two owners.
 */
export function dial<T extends object>(
  options: ConnectOptions,
  security: Security,
  adopt: (socket: Socket) => T,
): Promise<T | TransportFailure> {
  const refused = refusedConnect(options)
  if (refused !== undefined) return Promise.resolve(refused)
  const opened = withTlsSettings(() => open(options, security))
  if (isTransportFailure(opened)) return Promise.resolve(opened)
  return ready(opened, options, security !== 'plain', adopt)
}

function open(options: ConnectOptions, security: Security): Socket {
  const { remote, local, tls } = options
  const target: NetConnectOpts = {
    host: remote.host,
    port: remote.port,
    noDelay: true,
    autoSelectFamily: false,
    ...(local?.host === undefined ? {} : { localAddress: local.host }),
    ...(local?.port === undefined ? {} : { localPort: local.port }),
  }
  if (security === 'plain') return netConnect(target)
  const socket = tlsConnect({ ...target, ...clientTlsOptions(options, security.alpn) })
  readCertificateOnce(socket)
  if (tls?.keyLog !== undefined) socket.on('keylog', tls.keyLog)
  return socket
}

function ready<T extends object>(
  socket: Socket,
  options: ConnectOptions,
  secure: boolean,
  adopt: (socket: Socket) => T,
): Promise<T | TransportFailure> {
  return new Promise((resolve) => {
    let reached = false
    const settle = (): void => {
      clearTimeout(timer)
      socket.off('error', onError)
      socket.off('connect', onReached)
      socket.off(secure ? 'secureConnect' : 'connect', onReady)
    }
    const onReached = (): void => {
      reached = true
    }
    const onReady = (): void => {
      settle()
      resolve(adopt(socket))
    }
    const onError = (error: Error): void => {
      settle()
      socket.destroy()
      const reason = failureFromError(error, what, options.remote)
      // The peer accepted and then closed or reset instead of a handshake: often no TLS there, or no cipher in common.
      const broken = reached && secure && reason.kind === 'reset'
      const text = `${reason.text}, during the TLS handshake`
      resolve(broken ? failure('handshake', reason.code, text) : reason)
    }
    const timer = setTimeout(() => {
      settle()
      // Destroying a half-open TLS socket may still report an error that says nothing new.
      socket.on('error', ignoreAfterTimeout)
      socket.destroy()
      resolve(timeoutFailure(what, options.remote, options.timeoutMs))
    }, options.timeoutMs)
    socket.on('error', onError)
    socket.on('connect', onReached)
    socket.on(secure ? 'secureConnect' : 'connect', onReady)
  })
}

const ignoreAfterTimeout = (): void => {}
