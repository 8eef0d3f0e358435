import { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  TLSSocket,
  type TlsOptions,
} from 'node:tls'
import { failure, failureFromError } from './failure.js'
import { remoteAddressOf } from './stream-address.js'
import type { ConnectOptions, TlsClientOptions, TlsServerOptions, TransportFailure } from './transport.js'

/** A context costs tens of kilobytes and a parse of the system's authorities; thousands of phones share one. */
const contexts = new WeakMap<TlsClientOptions, SecureContext>()

const withoutSettings: TlsClientOptions = { verify: 'full' }

function contextOf(tls: TlsClientOptions): SecureContext {
  let context = contexts.get(tls)
  if (context === undefined) {
    context = createSecureContext({ ca: tls.ca, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' })
    contexts.set(tls, context)
  }
  return context
}

export const noServerCertificate: TransportFailure = failure(
  'certificate',
  'NO_CERTIFICATE',
  'cannot listen: a TLS listener needs a certificate and its key',
)

/** A failure of `make` is in what the user gave as PEM text. */
export function withTlsSettings<T>(make: () => T): T | TransportFailure {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const code = (error as NodeJS.ErrnoException).code ?? error.name
    return failure('certificate', code, `the certificate, key or CA given cannot be used: ${error.message}`)
  }
}

/** What tls.connect needs besides address and port. No session is ever offered: every connection pays in full. */
export function clientTlsOptions(options: ConnectOptions, alpn: readonly string[]): ConnectionOptions {
  const tls = options.tls ?? withoutSettings
  const name = tls.serverName ?? options.remote.host
  const settings: ConnectionOptions = {
    secureContext: contextOf(tls),
    // RFC 6066 3: no literal addresses in SNI.
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: tls.verify === 'full',
    checkServerIdentity: (_host, certificate) => checkSipIdentity(name, certificate),
  }
  if (alpn.length > 0) settings.ALPNProtocols = [...alpn]
  return settings
}

export function serverTlsOptions(tls: TlsServerOptions): TlsOptions {
  const required = tls.clientCertificate === 'require'
  const settings: TlsOptions = {
    cert: tls.cert,
    key: tls.key,
    requestCert: required,
    rejectUnauthorized: required,
    minVersion: 'TLSv1.2',
    handshakeTimeout: 10_000,
  }
  if (tls.ca !== undefined) settings.ca = tls.ca
  return settings
}

/** What a server reports of a client that got no further than the handshake. */
export function handshakeFailure(error: Error, socket: Duplex): TransportFailure {
  const from = remoteAddressOf(socket as Socket)
  // Node.js hangs up on a certificate it does not trust, and the error it gives tells only that.
  const verdict = socket instanceof TLSSocket ? (socket.authorizationError as Error | string | null) : null
  if (verdict === null || verdict === undefined) return failureFromError(error, 'handshake with', from)
  const code = String(verdict)
  return failure('certificate', code, `the certificate of ${from?.host ?? 'a client'} is refused (${code})`)
}

/** RFC 5922 7.1 and 7.2: beside DNS names, a SIP URI without user part in subjectAltName names the domain. */
function checkSipIdentity(name: string, certificate: PeerCertificate): Error | undefined {
  const refusal = checkServerIdentity(name, certificate)
  if (refusal === undefined) return undefined
  // By itself Node.js 22.23 finds no IPv6 address in a certificate.
  if (isIP(name) !== 0) return new X509Certificate(certificate.raw).checkIP(name) === undefined ? refusal : undefined
  const wanted = `uri:sip:${name.toLowerCase()}`
  // Node.js writes a comma inside an entry as \u002c: no entry can pretend to be two.
  const entries = (certificate.subjectaltname ?? '').toLowerCase().split(', ')
  return entries.includes(wanted) ? undefined : refusal
}
