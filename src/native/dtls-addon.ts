/** A key and its certificate, and one association; freed with the last reference to it. */
export type DtlsIdentityHandle = object & { readonly handle: 'dtls-identity' }
export type DtlsHandle = object & { readonly handle: 'dtls' }

/** What an association comes to, by the numbers that the addon gives. */
export const dtlsStates = ['under-way', 'connected', 'failed', 'closed'] as const
/** Why a handshake failed: an alert of the far side, a far side that does not own its certificate, or what it sent. */
export const dtlsFailures = ['none', 'peer-alert', 'unproven', 'own'] as const

/** DTLS 1.2 of the native part (native/dtls_endpoint.h): numbers are places in the tables above. */
export interface DtlsAddon {
  /** `profiles`: OpenSSL's names, with colons between. A text says why there is none. */
  newIdentity(profiles: string): DtlsIdentityHandle | string
  /** In DER. */
  ownCertificate(identity: DtlsIdentityHandle): Buffer
  newEndpoint(identity: DtlsIdentityHandle, isClient: boolean): DtlsHandle
  /** These return the state. */
  start(endpoint: DtlsHandle): number
  receive(endpoint: DtlsHandle, datagram: Uint8Array): number
  onTimeout(endpoint: DtlsHandle): number
  /** Says close_notify where it can; what is on its way can still be fetched. */
  close(endpoint: DtlsHandle): void
  /** The next datagram for the far side. */
  take(endpoint: DtlsHandle): Buffer | undefined
  /** Until `onTimeout`, in milliseconds; -1: never. */
  dueMs(endpoint: DtlsHandle): number
  failure(endpoint: DtlsHandle): number
  failureText(endpoint: DtlsHandle): string
  /** In DER. */
  peerCertificate(endpoint: DtlsHandle): Buffer
  /** IANA's number of the SRTP protection profile; 0: none. */
  profile(endpoint: DtlsHandle): number
  /** RFC 5705, without a context. */
  exported(endpoint: DtlsHandle, label: string, bytes: number): Buffer
}
