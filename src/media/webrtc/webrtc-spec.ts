import type { Address } from '../../model/address.js'
import type { DtlsRole, Fingerprint, IceDescription, PathFailure, ServerPolicy } from '../../model/webrtc.js'

/** A stream that is to run over ICE and DTLS-SRTP with rtcp-mux. Plain data. */
export interface WebRtcSpec {
  /** From the far side's description to a nominated pair. */
  readonly iceTimeoutMs: number
  /** From the first valid pair to the keys. */
  readonly dtlsTimeoutMs: number
  /** How long the far side may leave consent checks without an answer; 30 s when left out (RFC 7675 5.1). */
  readonly consentMs?: number | undefined
  /** None when left out. */
  readonly servers?: ServerPolicy | undefined
}

/** What this side has to say in a session description. */
export interface LocalWebRtc {
  readonly ice: IceDescription
  readonly fingerprint: Fingerprint
  /** What far sides without ICE would send to (RFC 8839 4.2.1.2): the m= and c= lines. */
  readonly address: Address
}

/** What the far side's session description says, and what follows from both. */
export interface RemoteWebRtc {
  readonly ice: IceDescription
  readonly fingerprints: readonly Fingerprint[]
  /** RFC 8445 6.1.1: the offerer controls. */
  readonly controlling: boolean
  readonly dtlsRole: DtlsRole
  /** a=ssrc; empty: any source is the far side's. */
  readonly ssrcs: readonly number[]
}

/** What becomes of a path after its opening. */
export type PathEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly failure: PathFailure; readonly text: string }
