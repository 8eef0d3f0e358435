import { type TransportName, transportNames } from '../model/address.js'
import type { EmbeddedGatewayOptions, GatewayFaults } from '../model/scenario.js'

/** PEM texts; test material, made for one run. */
export interface GatewayCertificate {
  readonly caPem: string
  readonly certPem: string
  readonly keyPem: string
}

/** Everything one gateway is told. Plain data, since it crosses to the child process. */
export interface GatewayOptions extends Omit<EmbeddedGatewayOptions, 'instances'> {
  /** A concrete address of ours: it is written into Via, Record-Route and SDP. */
  readonly host: string
  readonly transports: readonly TransportName[]
  /** Absent or 0 lets the system choose. */
  readonly ports: Partial<Record<TransportName, number>>
  /** Digest for REGISTER (401), and for which other initial requests (407). */
  readonly authenticate: {
    readonly register: boolean
    readonly methods: readonly string[]
    /** Leaves out the 407 for requests that arrive over a flow with a binding of the From user. */
    readonly trustRegistered: boolean
  }
  /** Any user is known; this is the password, with `${user}` for the name. */
  readonly passwordTemplate: string
  readonly nonceSeconds: number
  readonly minExpiresSeconds: number
  readonly defaultExpiresSeconds: number
  readonly maxExpiresSeconds: number
  /** Give a Service-Route (RFC 3608) with every registration. */
  readonly serviceRoute: boolean
  /** URIs for users who do not register. */
  readonly routes: Readonly<Record<string, readonly string[]>>
  /** false: SDP passes unchanged and no RTP is relayed. */
  readonly relay: boolean
  /** Ends ICE and DTLS of phones with WebRTC; without it their media passes as it is. */
  readonly webrtc: boolean
  /** Even ports carry RTP, the odd ones above them RTCP. */
  readonly rtpPorts: { readonly low: number; readonly high: number }
  /** A call without signalling and media for so long is forgotten. */
  readonly idleSeconds: number
  readonly t1Ms: number
  readonly seed: number
  readonly certificate: GatewayCertificate | undefined
}

export const noFaults: GatewayFaults = {
  signallingDelayMs: 0,
  rtpLoss: 0,
  rtpLossFrom: 'both',
  reportedLoss: undefined,
  rtpJitterMs: 0,
  rtpDelayMs: 0,
  muteCallerPercent: 0,
  muteCalleePercent: 0,
  swapPercent: 0,
  keepsMaxForwards: false,
  busyPercent: 0,
  noAnswerPercent: 0,
  restartAfterMs: undefined,
}

const defaults: GatewayOptions = {
  host: '127.0.0.1',
  transports: transportNames,
  ports: {},
  realm: 'siploadgen.test',
  domain: undefined,
  algorithms: ['SHA-256', 'MD5'],
  qop: ['auth'],
  authenticate: { register: true, methods: ['INVITE', 'MESSAGE', 'REFER'], trustRegistered: false },
  passwordTemplate: `p\${user}`,
  nonceSeconds: 300,
  minExpiresSeconds: 0,
  defaultExpiresSeconds: 3600,
  maxExpiresSeconds: 7200,
  serviceRoute: false,
  routes: {},
  relay: true,
  webrtc: false,
  rtpPorts: { low: 20_000, high: 29_999 },
  idleSeconds: 300,
  t1Ms: 500,
  seed: 1,
  certificate: undefined,
  faults: noFaults,
}

/** What is not said is as a small lab gateway has it. */
export const gatewayOptions = (given: Partial<GatewayOptions> = {}): GatewayOptions => ({ ...defaults, ...given })
