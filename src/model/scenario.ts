import type { Address, TransportName } from './address.js'
import type { CodecName } from './codec.js'
import type { ExtendedReports } from './extended-reports.js'
import type { FailoverSettings } from './failover-settings.js'
import type { PlannedFault } from './fault-event.js'
import type { HearingLimits } from './hearing-limits.js'
import type { Instruction } from './instruction.js'
import type { RepeatSettings } from './repetition.js'
import type { SrtpSuiteName } from './srtp.js'
import type { Terminal } from './terminal.js'
import type { ServerPolicy } from './webrtc.js'

/** A position in the scenario file, one-based; kept so that results can point back. */
export interface Source {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What a text may refer to: inputs, the agent's `n`, CSV columns, and captured variables of the call. */
export type Variables = Readonly<Record<string, string | number>>

/** A text with `${...}` compiled once; rendering allocates only the result. */
export interface Text {
  readonly source: string
  readonly constant: boolean
  render(variables: Variables): string
}

/** A length of time drawn per call, in ms. */
export type Duration =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }

export interface Scenario {
  readonly version: 1
  readonly name: string
  readonly file: string
  readonly sha256: string
  readonly seed: number
  readonly inputs: Readonly<Record<string, string>>
  readonly gateway: GatewayTarget
  readonly groups: readonly AgentGroup[]
  readonly flows: readonly Flow[]
  readonly load: Load
  /** What is broken on purpose, and when. */
  readonly faults: readonly PlannedFault[]
  readonly repeat: RepeatSettings
  readonly warmupMs: number
  readonly thresholds: readonly Threshold[]
  readonly limits: Limits
  /** Hosts outside loopback and private ranges that the scenario permits. */
  readonly allow: readonly string[]
  readonly timers: { readonly t1Ms: number; readonly t2Ms: number; readonly t4Ms: number }
  readonly failover: FailoverSettings
  /** `serve`: records that our own name server answers, which then is the one asked. */
  readonly dns: { readonly servers: readonly string[]; readonly serve: readonly string[] }
  readonly samples: { readonly calls: number }
  readonly hearing: HearingLimits
  /** Undefined: the run writes no capture. */
  readonly capture: CaptureSettings | undefined
  /** Undefined: the run's own traffic is not judged. */
  readonly conformance: ConformanceSettings | undefined
  /** Whose audio is kept; undefined: nobody's. */
  readonly record: RecordSettings | undefined
}

/** What of the run's own traffic goes into its capture file. */
export interface CaptureSettings {
  readonly keep: 'everything' | 'newest' | 'failed calls'
  readonly media: 'none' | 'headers' | 'packets'
  readonly limitBytes: number
}

/** How the run's own SIP is judged. */
export interface ConformanceSettings {
  /** Its name or file. */
  readonly profile: string
  /** Names of products, or files. */
  readonly knownDeviations: readonly string[]
  /** Of the Call-IDs, above 0 and at most 1. */
  readonly share: number
}

export interface RecordSettings {
  /** Sampled calls that did not go as meant, or all sampled calls. */
  readonly calls: 'failed' | 'sampled'
  /** Of each direction, from its first packet on. */
  readonly longestMs: number
}

/** Where agents send. Addresses are per transport, since gateways listen on different ports. */
export type GatewayTarget =
  | {
      readonly kind: 'embedded'
      readonly options: EmbeddedGatewayOptions
    }
  | {
      readonly kind: 'external'
      /** For each transport that is spoken: where. Host may be a name; port undefined means RFC 3263 decides. */
      readonly targets: readonly Target[]
    }
  | { readonly kind: 'none' }

export interface Target {
  readonly name: string
  readonly transport: TransportName
  readonly host: string
  readonly port: number | undefined
  /** WebSocket path. */
  readonly path: string
  /** Lower is tried first (RFC 2782). */
  readonly priority: number
  readonly weight: number
  /** The scenario leaves the transport open: NAPTR records say where ours is served (RFC 3263 4.1). */
  readonly anyTransport?: true
}

/** Faults that the embedded gateway makes by known amounts. */
export interface EmbeddedGatewayOptions {
  /** Number of instances. */
  readonly instances: number
  /** Digest algorithms offered, in order; empty means no authentication. */
  readonly algorithms: readonly ('MD5' | 'SHA-256' | 'SHA-512-256')[]
  readonly qop: readonly ('auth' | 'auth-int')[]
  readonly realm: string
  /** Where our own name server says the instances are, for UDP, TCP and TLS; undefined: agents know their addresses. */
  readonly domain: string | undefined
  readonly faults: GatewayFaults
}

export interface GatewayFaults {
  /** Each request and response held for so long before it is forwarded. */
  readonly signallingDelayMs: number
  /** Share (0 to 1) of relayed RTP packets that are dropped, by exact count per stream. */
  readonly rtpLoss: number
  /** Whose packets that share is of. */
  readonly rtpLossFrom: 'both' | 'caller' | 'callee'
  /** Share (0 to 1) that all RTCP passing through says was lost, whatever was; undefined: it is left as it is. */
  readonly reportedLoss: number | undefined
  /** Relayed RTP delayed by a uniform random time up to this. */
  readonly rtpJitterMs: number
  readonly rtpDelayMs: number
  /** Of every hundred calls, how many get no RTP from caller to callee, or from callee to caller. */
  readonly muteCallerPercent: number
  readonly muteCalleePercent: number
  /** Of every hundred calls, how many have their audio swapped with the next call. */
  readonly swapPercent: number
  /** Requests are passed on with the Max-Forwards that they came with, against RFC 3261 16.6 step 3. */
  readonly keepsMaxForwards: boolean
  /** Of every hundred calls, how many are answered 486 by the gateway, or never answered. */
  readonly busyPercent: number
  readonly noAnswerPercent: number
  /** Restart (all registrations and calls lost) so long after its start; undefined: never. */
  readonly restartAfterMs: number | undefined
}

/**
 * Plain RTP, SRTP with keys in the description (RFC 4568), what browsers speak (ICE, DTLS-SRTP, rtcp-mux, BUNDLE), or
 * descriptions without media behind them.
 */
export const mediaKinds = ['rtp', 'sdes', 'webrtc', 'none'] as const

export type MediaKind = (typeof mediaKinds)[number]

export interface WebRtcSettings {
  /** From the far side's description to a nominated candidate pair. */
  readonly iceTimeoutMs: number
  /** From the first valid pair to the keys. */
  readonly dtlsTimeoutMs: number
  /** What the agents answer when they may choose (RFC 5763 5): `active` is the DTLS client. */
  readonly setup: 'active' | 'passive'
  /** How long consent checks may have no answer; 30 s when left out (RFC 7675 5.1). */
  readonly consentMs?: number | undefined
  /** Undefined: none. */
  readonly servers?: ServerPolicy | undefined
}

export interface AgentGroup {
  readonly name: string
  readonly source: Source
  readonly count: number
  /** AOR per agent, such as `sip:1001@lab.test`. */
  readonly identity: Text
  readonly displayName: Text | undefined
  readonly authUser: Text | undefined
  readonly password: Text | undefined
  /** One row per agent when `from csv` is used; rows repeat when there are fewer than agents. */
  readonly rows: readonly Readonly<Record<string, string>>[]
  readonly transport: TransportName
  /** Where the group is reached without registering; undefined: nowhere but on its own sockets. IP address, port 0 = any. */
  readonly listen: Address | undefined
  readonly register: { readonly expiresSeconds: number } | undefined
  /** RFC 5626: number of flows, 0 without outbound. */
  readonly outboundFlows: number
  readonly media: MediaKind
  /** Offered with `sdes`, in order of preference. */
  readonly srtpSuites: readonly SrtpSuiteName[]
  /** Of media: webrtc. */
  readonly webrtc: WebRtcSettings | undefined
  /** Each call has local RTP ports of its own, or all that may share few of them. */
  readonly mediaPorts: 'own' | 'shared'
  readonly codecs: readonly CodecName[]
  /** Whose order of codecs an answer keeps (RFC 3264 6.1). */
  readonly answerOrder: 'offer' | 'own'
  /** Far sides may send comfort noise in place of silence (RFC 3389). */
  readonly comfortNoise: boolean
  readonly ptimeMs: number
  readonly audio: AudioSource
  /** Whether the audio carries marks that name the call and the moment of sending. */
  readonly marks: boolean
  /** Part of the audio received that is searched for marks, 0 to 1. */
  readonly listening: number
  readonly terminal: Terminal
  /** RTCP extended reports that are offered; undefined: none. */
  readonly extendedReports: ExtendedReports | undefined
  readonly whenCalled: readonly Instruction[]
  /** UDP: one socket for the group, a phone or a call; and whether datagrams of the group's leave in batches. */
  readonly socket: 'group' | 'phone' | 'call'
  readonly batches: boolean
  /** Source addresses, used in turn. */
  readonly sourceAddresses: readonly string[]
  readonly callsAtOnce: number
  readonly reliableProvisionals: 'no' | 'supported' | 'required'
  readonly sessionTimer: { readonly expiresSeconds: number; readonly refresher: 'uac' | 'uas' } | undefined
  readonly headers: readonly { readonly name: string; readonly value: Text }[]
  readonly tls: TlsSettings
  readonly ws: {
    readonly path: string | undefined
    readonly origin: string | undefined
    readonly headers: Readonly<Record<string, string>>
  }
  /** Where this group sends when it is not the scenario's gateway. */
  readonly gateway: GatewayTarget | undefined
}

export type AudioSource =
  | { readonly kind: 'speech' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'wav'; readonly file: string }
  /** Frames of G.729, one after the other. */
  | { readonly kind: 'frames'; readonly file: string }
  /** The first RTP stream of a capture, sent as it was. */
  | { readonly kind: 'capture'; readonly file: string }
  /** The first that can be sent with the codec at hand. */
  | { readonly kind: 'choice'; readonly of: readonly AudioSource[] }

export interface TlsSettings {
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  readonly serverName: string | undefined
  /** `none` accepts any certificate; it must be written out. */
  readonly verify: 'full' | 'none'
  readonly keyLogFile: string | undefined
}

export interface Flow {
  readonly name: string
  readonly weight: number
  readonly program: readonly Instruction[]
}

export interface Load {
  /** Open model: calls start by the curve whatever happens; closed: a number of calls is kept in progress. */
  readonly model: 'open' | 'closed'
  readonly arrivals: 'even' | 'poisson'
  /** Rates in calls per second (open) or concurrent calls (closed), linear between the ends of each stage. */
  readonly stages: readonly { readonly from: number; readonly to: number; readonly ms: number }[]
  /** Stop after so many calls. */
  readonly calls: number | undefined
  /** Registrations per second before load starts. */
  readonly registrationRate: number
}

export interface Limits {
  readonly callsPerSecond: number | undefined
  readonly concurrentCalls: number | undefined
  /** Dialled numbers must match one of these prefixes or patterns; empty allows all. */
  readonly numbers: readonly string[]
}

export type Aggregate = 'value' | 'count' | 'min' | 'mean' | 'max' | `p${number}`

export interface Threshold {
  readonly text: string
  readonly source: Source
  readonly metric: string
  readonly aggregate: Aggregate
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!='
  /** In the metric's own unit. */
  readonly wanted: number
  readonly unit: string
  readonly where: Readonly<Record<string, string>>
  readonly between: { readonly fromMs: number; readonly toMs: number } | undefined
  /** End the run early when it has been missed for so long. */
  readonly abortAfterMs: number | undefined
}
