import type { CallFault } from './fault-plan.js'

/** One RTP direction through the relay. `received` = relayed + lost + muted + discarded + unauthenticated + still held. */
export interface RelayCounters {
  received: number
  relayed: number
  /** Dropped by `rtpLoss`. */
  lost: number
  /** Dropped by muting. */
  muted: number
  /** Arrived before the far address was known, or was still held when the call ended. */
  discarded: number
  /** Held back by `rtpDelayMs` or `rtpJitterMs`. */
  delayed: number
  /** SRTP and SRTCP that was not under the keys of its leg, or came twice; RTCP counts here as well. */
  unauthenticated: number
  rtcpReceived: number
  rtcpRelayed: number
}

export const noRelayCounters = (): RelayCounters => ({
  received: 0,
  relayed: 0,
  lost: 0,
  muted: 0,
  discarded: 0,
  delayed: 0,
  unauthenticated: 0,
  rtcpReceived: 0,
  rtcpRelayed: 0,
})

export interface StreamStatistics extends RelayCounters {
  /** Position of the media description in the SDP. */
  readonly media: number
  readonly direction: 'caller-to-callee' | 'callee-to-caller'
}

/** One call as the gateway saw it. */
export interface CallStatistics {
  /** From 0, over the life of the process. */
  readonly number: number
  readonly callId: string
  readonly fault: CallFault
  /** The call whose audio it has exchanged with its own. */
  readonly swappedWith: number | undefined
  readonly state: 'setup' | 'answered' | 'ended'
  /** Final status of the INVITE, 0 before it. */
  readonly status: number
  readonly streams: readonly StreamStatistics[]
}

/** Counted since the process started, through restarts. */
export interface GatewayCounters {
  messagesReceived: number
  requestsForwarded: number
  responsesForwarded: number
  /** Forwarded messages that `signallingDelayMs` held. */
  messagesDelayed: number
  malformed: number
  /** Responses without a transaction. */
  strayResponses: number
  challenges: number
  registrations: number
  registrationsRefused: number
  callsAttempted: number
  callsAnswered: number
  callsEnded: number
  busy: number
  noAnswer: number
  mutedCaller: number
  mutedCallee: number
  /** Pairs of calls that exchanged audio. */
  swaps: number
  restarts: number
}

export const noGatewayCounters = (): GatewayCounters => ({
  messagesReceived: 0,
  requestsForwarded: 0,
  responsesForwarded: 0,
  messagesDelayed: 0,
  malformed: 0,
  strayResponses: 0,
  challenges: 0,
  registrations: 0,
  registrationsRefused: 0,
  callsAttempted: 0,
  callsAnswered: 0,
  callsEnded: 0,
  busy: 0,
  noAnswer: 0,
  mutedCaller: 0,
  mutedCallee: 0,
  swaps: 0,
  restarts: 0,
})

export interface GatewayStatistics extends Readonly<GatewayCounters> {
  /** Why it stopped listening: a restart that found its ports taken. */
  readonly failure: string | undefined
  readonly bindings: number
  readonly channels: number
  readonly activeCalls: number
  readonly relayPorts: number
  /** All streams of all calls. */
  readonly rtp: Readonly<RelayCounters>
  /** The calls in progress and the last ones that ended; empty unless asked for. */
  readonly calls: readonly CallStatistics[]
}
