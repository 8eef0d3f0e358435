import { type Address, formatAddress } from '../model/address.js'
import type { TransportFailure, TransportFailureKind } from './transport.js'

/** What a system error code means for a connection or a datagram, and the sentence that says so. */
const systemErrors: Readonly<Record<string, readonly [kind: TransportFailureKind, text: string]>> = {
  ECONNREFUSED: ['refused', 'nothing listens there'],
  EHOSTUNREACH: ['unreachable', 'no route to the host'],
  ENETUNREACH: ['unreachable', 'no route to the network'],
  EHOSTDOWN: ['unreachable', 'the host does not answer on its link'],
  ENETDOWN: ['unreachable', 'the network interface is down'],
  ETIMEDOUT: ['timeout', 'no answer in time'],
  ECONNRESET: ['reset', 'the connection was reset by the peer'],
  EPIPE: ['reset', 'the peer had closed the connection'],
  ECONNABORTED: ['reset', 'the connection was aborted'],
  EADDRINUSE: ['address-in-use', 'the local address and port are taken'],
  EADDRNOTAVAIL: ['address-not-available', 'the local address is not of this machine, or its ports are used up'],
  EACCES: ['permission', 'the system does not permit it'],
  EPERM: ['permission', 'the system does not permit it'],
  ENOTFOUND: ['resolve', 'the name does not exist'],
  EAI_AGAIN: ['resolve', 'the resolver does not answer'],
  EMSGSIZE: ['too-large', 'the message does not fit in a datagram'],
  EINVAL: ['other', 'the address is not one this socket can send to'],
  EMFILE: ['descriptors', 'this process has no file descriptor left'],
  ENFILE: ['descriptors', 'the system has no file descriptor left'],
  ENOBUFS: ['other', 'the system has no buffer space left'],
}

/** OpenSSL's verification results as Node.js names them. */
const certificateCodes: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
])

/** Alerts by which a peer refuses a certificate of ours, for example ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED. */
const certificateAlert = /CERTIFICATE|UNKNOWN_CA/
const tlsCode = /^ERR_SSL_|^ERR_TLS_|^EPROTO$/

export const failure = (kind: TransportFailureKind, code: string, text: string): TransportFailure => ({
  kind,
  code,
  text,
})

const codeOf = (error: Error): string => {
  const code = (error as NodeJS.ErrnoException).code
  return typeof code === 'string' ? code : error.name
}

/** `what` begins the sentence, for example `cannot connect to`. */
export function failureFromError(error: Error, what: string, address: Address | undefined): TransportFailure {
  const code = codeOf(error)
  const subject = address === undefined ? what : `${what} ${formatAddress(address)}`
  const known = systemErrors[code]
  if (known !== undefined) return failure(known[0], code, `${subject}: ${known[1]} (${code})`)
  if (certificateCodes.has(code)) {
    return failure('certificate', code, `${subject}: the peer's certificate is refused: ${error.message} (${code})`)
  }
  if (tlsCode.test(code)) {
    const refused = certificateAlert.test(code)
    const text = refused ? "the peer refuses this side's certificate" : 'the TLS handshake or record layer failed'
    return failure(refused ? 'certificate' : 'handshake', code, `${subject}: ${text} (${code})`)
  }
  return failure('other', code, `${subject}: ${error.message} (${code})`)
}

export const timeoutFailure = (what: string, address: Address, timeoutMs: number): TransportFailure =>
  failure('timeout', 'ETIMEDOUT', `${what} ${formatAddress(address)}: not ready within ${timeoutMs} ms`)

export const refusedByGuard = (refusal: string): TransportFailure =>
  failure('permission', 'TARGET_NOT_PERMITTED', `not sent: the target is ${refusal}`)
