import type { TransportName } from './address.js'
import type { RtpEncoding } from './codec.js'
import type { Outcome } from './outcome.js'
import type { SrtpSuiteName } from './srtp.js'
import type { Terminal } from './terminal.js'
import type { VoipMetrics } from './voip-metrics.js'
import type { PathReport } from './webrtc.js'

/**
 * What is remembered of one call attempt as the caller sees it. Mutable while the call lives; metrics read it once,
 * when the call has ended. All times are clock milliseconds; `undefined` means that it did not happen.
 */
export interface CallRecord {
  /** Number of the call within the run, from 0. */
  readonly number: number
  readonly flow: string
  /** Caller and callee group; the callee is undefined when it is not ours. */
  readonly caller: string
  readonly callee: string | undefined
  readonly transport: TransportName
  /** Where it was sent, by the target's name; of a call that came in, the address at which it did. */
  target: string | undefined
  /** Somebody else placed it. */
  incoming?: true
  callId: string
  /** A flow without a call step, as one whole: it has a schedule and an outcome and is no session attempt. */
  exchange?: true
  /** When the load curve wanted it. */
  intendedMs: number
  /** First INVITE handed to the transport (RFC 6076 t1: neither retransmission nor credentials reset it). */
  inviteMs: number | undefined
  /** First provisional response other than 100. */
  provisionalMs: number | undefined
  /** Final response of the last INVITE. */
  finalMs: number | undefined
  /** 2xx of the INVITE. */
  answeredMs: number | undefined
  byeSentMs: number | undefined
  byeReceivedMs: number | undefined
  /** 2xx of our BYE. */
  byeAnsweredMs: number | undefined
  endedMs: number | undefined
  /** Final status of the INVITE, 0 when none came. */
  status: number
  outcome: Outcome
  /** The flow went as its author meant: a rejection or cancellation that a step expected is no failure. */
  asMeant: boolean
  /** One sentence: why it is not `completed`. Empty when it is. */
  reason: string
  /** Legs that were ours, with the media each saw. */
  legs: LegRecord[]
  ladder: LadderEntry[]
}

export interface LegRecord {
  readonly agent: string
  readonly group: string
  readonly role: 'caller' | 'callee'
  readonly transport: TransportName
  local: string
  remote: string
  callId: string
  localSdp: string
  remoteSdp: string
  /** What was received, one report per stream; empty without media. */
  streams: StreamReport[]
}

/** One message of a sampled call. */
export interface LadderEntry {
  readonly atMs: number
  readonly agent: string
  readonly direction: 'sent' | 'received'
  /** `INVITE`, `180 Ringing`. */
  readonly summary: string
  readonly remote: string
}

/** A packet of a recorded stream. */
export interface RecordedPacket {
  /** Clock ms of its arrival. */
  readonly atMs: number
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  readonly encoding: RtpEncoding
  readonly payload: Uint8Array
}

/** One RTP direction as its receiver and, where it is ours, its sender saw it. */
export interface StreamReport {
  readonly direction: string
  /** Of what was received last; of what was sent, when nothing was. */
  readonly codec: string
  readonly local: string
  readonly remote: string
  ssrc: number
  packetsSent: number
  packetsReceived: number
  bytesReceived: number
  /** RFC 3550 A.3: expected less received, duplicates not counted as received; may be negative only transiently. */
  packetsExpected: number
  packetsLost: number
  packetsReordered: number
  packetsDuplicated: number
  /** Lost before the first packet that arrived after the answer was acknowledged. */
  packetsLostAtStart: number
  /** Received, and too late to be played by the modelled jitter buffer of a terminal. */
  packetsDiscarded: number
  /** What became of the packets since the answer, or of all when the call was not answered: quality is judged by it. */
  fates: PacketFateCounts
  /** Mean time that a packet waited in the modelled jitter buffer. */
  jitterBufferMs: number | undefined
  /** What the stream was heard with. */
  readonly terminal: Terminal
  /** Packet time of what was received. */
  ptimeMs: number
  jitterMeanMs: number | undefined
  jitterMaxMs: number | undefined
  /** Longest interarrival time less the packet time. */
  longestGapMs: number | undefined
  /** The longest of those that a listener would notice, in order of time. */
  readonly gaps?: readonly StreamGap[]
  /** How often another source began to send on it. */
  readonly sourceChanges?: number
  firstPacketMs: number | undefined
  lastPacketMs: number | undefined
  /** RTCP round trips, one per report block that allowed it. */
  roundTripsMs: number[]
  /** What the far side's receiver reports said of what we sent. */
  remoteLost: number | undefined
  remoteJitterMs: number | undefined
  /** What the far side's RTCP said last, for comparison with what was measured. */
  remoteView: RemoteView
  dtmfReceived: string
  /** Crypto suite of SRTP; undefined: plain RTP. */
  srtpSuite: SrtpSuiteName | undefined
  /** SRTP and SRTCP packets that were not under the keys agreed, and those that came before. */
  packetsUnauthenticated: number
  packetsReplayed: number
  /** In order of arrival; undefined when nothing is recorded. */
  readonly recorded?: readonly RecordedPacket[]
  /** Of media over ICE and DTLS. */
  path: PathReport | undefined
  /** The stream in steps of a second or more. */
  timeline: StreamTimeline | undefined
  /** What the audio itself told. */
  hearing: Hearing
}

/** What was said and heard on a stream, by the audio marks of both sides. All times are clock milliseconds. */
export interface Hearing {
  /** Whom our own marks name; undefined: none are sent. */
  readonly sender: number | undefined
  /** Marks sent whole. */
  readonly marksSent: number
  /** When the first and the last packet of marked audio was due. */
  readonly spokenFromMs: number | undefined
  readonly spokenToMs: number | undefined
  /** Longest pause in what we send, by the nature of its source. */
  readonly ownSilenceMs: number
  /** Audio received that was listened to, lost packets included; 0: nobody listened. */
  readonly listenedMs: number
  /** Part of the audio received that was listened to, 0 to 1. */
  readonly coverage: number
  /** Of what was listened to: louder than -56 dBov. */
  readonly audibleMs: number
  readonly firstAudibleMs: number | undefined
  /** Longest time without audible audio; what the sender left out on purpose does not count. */
  readonly longestSilenceMs: number
  /** Longest run of lost packets between received ones. */
  readonly longestLossMs: number
  /** Whose marks were heard, the first first. */
  readonly voices: readonly Voice[]
}

export interface Voice {
  readonly sender: number
  readonly marks: number
  readonly firstMs: number
  readonly lastMs: number
  /** One for each mark, evenly thinned out on long calls. */
  readonly delaysMs: readonly number[]
}

/** The far side's own account of both directions; undefined where it gave none. */
export interface RemoteView {
  /** Its last report block on what we send: at that time, and how many packets we had sent by then. */
  readonly reception:
    | { readonly atMs: number; readonly lost: number; readonly jitterMs: number; readonly packetsSent: number }
    | undefined
  /** Its last VoIP metrics (RFC 3611 4.7) on what we send. */
  readonly voip: { readonly atMs: number; readonly metrics: VoipMetrics } | undefined
  /** Packets that it claims to have sent between its first and last sender report, and those expected by sequence. */
  readonly sent: { readonly claimed: number; readonly expected: number } | undefined
}

/** Time without packets that were due. */
export interface StreamGap {
  /** Clock ms of the packet that ended it. */
  readonly toMs: number
  readonly ms: number
}

export interface PacketFateCounts {
  readonly expected: number
  readonly lost: number
  readonly discarded: number
  /** Runs of packets missing in sequence, lost or discarded. */
  readonly runs: number
}

/** Columns of equal length, one entry a step from the first packet on. */
export interface StreamTimeline {
  readonly startMs: number
  readonly stepMs: number
  readonly expected: readonly number[]
  readonly lost: readonly number[]
  readonly discarded: readonly number[]
  /** At the end of the step. */
  readonly jitterMs: readonly number[]
  readonly longestGapMs: readonly number[]
}

export interface RegistrationRecord {
  readonly group: string
  readonly agent: string
  readonly transport: TransportName
  readonly refresh: boolean
  /** First REGISTER sent. */
  startedMs: number
  /** Final answer. */
  endedMs: number
  /** 200, another final status, or 0 for timeout or transport error. */
  status: number
  ok: boolean
  reason: string
  /** Name of the target that answered, or was tried last. */
  readonly target?: string | undefined
  /** Of a 503. */
  readonly retryAfterSeconds?: number | undefined
}
