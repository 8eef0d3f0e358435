import type { StreamKeys } from '../../../model/srtp.js'

/** What a handshake ends with. */
export interface DtlsSession {
  /** The far side's certificate, in DER; it has proven that it owns the key. */
  readonly certificate: Buffer
  /** Keys for what this side sends and receives; undefined: no SRTP profile was agreed on. */
  readonly keys: StreamKeys | undefined
}

export interface DtlsUser {
  /** Puts a datagram on the way to the far side. */
  sendDtls(bytes: Buffer): void
  onDtlsConnected(session: DtlsSession): void
  /** A fatal alert of either side, or a far side that does not own its certificate. */
  onDtlsFailed(failure: 'dtls-alert' | 'certificate-unproven', text: string): void
}

/** For `certificate-unproven`. */
export const unprovenText = 'the far side did not prove that it owns the key of its certificate'

/** One DTLS 1.2 association, client or server, for SRTP keys (RFC 5764). Its user bounds the handshake as a whole. */
export interface DtlsEndpoint {
  readonly connected: boolean
  /** What went wrong last, for the text of a handshake that never ends. */
  readonly lastError: string
  /** The client speaks first. */
  start(): void
  /** A datagram of DTLS; false when it is none that can be read. */
  receive(bytes: Buffer): boolean
  /** RFC 5246 7.2.1: says goodbye when there is somebody to say it to. */
  close(): void
}
