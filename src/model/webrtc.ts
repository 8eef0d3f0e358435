import type { Address } from './address.js'

/** RFC 8445 5.1.1. */
export const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const
export type CandidateType = (typeof candidateTypes)[number]

/** A transport address that an agent may be reached at (RFC 8839 5.1). */
export interface IceCandidate {
  readonly foundation: string
  /** 1 is RTP; with rtcp-mux there is no other. */
  readonly component: number
  /** `udp` or `tcp`, in lower case. */
  readonly transport: string
  readonly priority: number
  /** As written: an IP address, or a name such as `….local`. */
  readonly address: string
  readonly port: number
  readonly type: CandidateType
  /** raddr and rport: the base of a reflexive candidate, the mapped address of a relayed one. */
  readonly related?: Address | undefined
}

/** A STUN server, or a TURN server over UDP (RFC 7064, RFC 7065). */
export interface IceServer {
  readonly kind: 'stun' | 'turn'
  /** As the scenario has it. */
  readonly url: string
  /** The host is a name until it has been resolved. */
  readonly address: Address
  /** Empty for STUN. */
  readonly username: string
  readonly password: string
}

/** STUN and TURN servers, and what is to come of them. */
export interface ServerPolicy {
  /** By IP address. */
  readonly servers: readonly IceServer[]
  /** The far side is told of relayed candidates and of nothing else, and media goes no other way. */
  readonly relayOnly: boolean
  /** Patience for the servers. */
  readonly gatheringMs: number
}

/** Why a server gave no candidates. */
export const iceServerFailures = [
  'ice-server-silent', // no answer in time
  'ice-server-refused', // an error response, such as 401 for wrong credentials
  'ice-server-family', // an IPv6 address for an IPv4 socket, or the other way round
] as const

export interface IceServerFailure {
  /** The URL of the server. */
  readonly server: string
  readonly name: (typeof iceServerFailures)[number]
  /** What is to be said after the URL. */
  readonly text: string
}

/** What one side tells the other for ICE (RFC 8839 5). */
export interface IceDescription {
  readonly ufrag: string
  readonly password: string
  readonly candidates: readonly IceCandidate[]
  /** a=ice-lite: this side answers checks and makes none (RFC 8445 2.5). */
  readonly lite: boolean
}

/** RFC 8122 5: hash name in lower case, value as pairs of upper-case hexadecimal digits with colons. */
export interface Fingerprint {
  readonly hash: string
  readonly value: string
}

/** RFC 5763 5: `active` is the DTLS client. */
export type DtlsRole = 'client' | 'server'

/** Why media over ICE and DTLS never came up, or went away. */
export const pathFailures = [
  'ice-timeout', // no candidate pair was nominated in time
  'dtls-timeout', // ICE connected, the handshake did not end
  'dtls-alert', // a fatal alert of either side ended the handshake (RFC 5246 7.2.2)
  'certificate-unproven', // the far side did not show that it owns the key of its certificate
  'fingerprint-mismatch', // the certificate is not the one of the session description (RFC 8122 6.2)
  'no-srtp-profile', // the handshake agreed on no SRTP protection profile (RFC 5764 4.1.2)
  'relay-lost', // the TURN server keeps the allocation no longer (RFC 8656 8)
  'consent-lost', // no answer to consent checks for 30 s (RFC 7675 5.1)
] as const
export type PathFailure = (typeof pathFailures)[number]

/** Media that came and was not taken, as a browser would not take it. */
export interface PathPacketCounts {
  /** RTP that came before the keys; it counts as lost at the start. */
  readonly packetsBeforeKeys: number
  /** RTP of sources that contradict the a=ssrc of the far side's description. */
  readonly packetsOfOtherSources: number
  /** RTP of payload types that this side's m= line does not accept. */
  readonly packetsOfOtherFormats: number
}

/** What media over ICE and DTLS came to, for one stream. */
export interface PathReport extends PathPacketCounts {
  /** From the far side's description to the nomination of a pair. */
  readonly iceMs: number | undefined
  /** From the first valid pair to the keys. */
  readonly dtlsMs: number | undefined
  readonly dtlsRole: DtlsRole | undefined
  /** SRTP protection profile, by the name of its suite. */
  readonly suite: string | undefined
  /** Types of the nominated pair's candidates. */
  readonly localCandidate: CandidateType | undefined
  readonly remoteCandidate: CandidateType | undefined
  /** STUN and TURN servers that gave no candidates; none when left out. */
  readonly serverFailures?: readonly IceServerFailure[]
  /** Nominations of another pair after the first. */
  readonly routeChanges: number
  readonly failure: PathFailure | undefined
  /** One sentence; empty without a failure. */
  readonly failureText: string
}
