import type { Address } from '../model/address.js'
import type { CodecName, RtpFormat } from '../model/codec.js'
import type { ExtendedReports } from '../model/extended-reports.js'
import type { StreamReport } from '../model/record.js'
import type { AudioSource } from '../model/scenario.js'
import type { StreamKeys } from '../model/srtp.js'
import type { Terminal } from '../model/terminal.js'
import type { SendLag } from './send-lag.js'
import type { Unmatched } from './shared/far-sides.js'
import type { StatisticsView } from './statistics-view.js'
import type { PortUse } from './stream-place.js'
import type { LocalWebRtc, PathEvent, RemoteWebRtc, WebRtcSpec } from './webrtc/webrtc-spec.js'

/**
 * A stream by its row in the statistics. Rows are used again after `remove`, so a handle is valid only between
 * `open` and `remove`.
 */
export type StreamHandle = number

/** One bidirectional RTP stream of one leg. Plain data: an implementation may live on other threads. */
export interface StreamSpec {
  /** Local IP address to bind; the ports come from the port's range. */
  readonly localHost: string
  /** Written into the report, such as `caller` or `caller to callee`. */
  readonly direction: string
  readonly codec: CodecName
  /** Of the packets sent. */
  readonly payloadType: number
  /** Of the DTMF sent; undefined: `dtmf` sends nothing. */
  readonly telephoneEventPayloadType?: number | undefined
  /** What may arrive; codec and DTMF as they are sent when left out. */
  readonly received?: readonly RtpFormat[] | undefined
  /** Whole milliseconds from 5 to 200, a multiple of the codec's frames. */
  readonly ptimeMs: number
  readonly source: AudioSource
  /** Named by the marks in the audio sent, below 2^24; undefined: no marks. */
  readonly sender?: number | undefined
  /** Part of the audio received that is decoded to find marks in it, 0 to 1; none when left out. */
  readonly listening?: number | undefined
  /** Nothing is sent while it is not known. */
  readonly remote?: Address | undefined
  /** Other streams send from the same local ports: what arrives is told apart by `remote`, and by SSRC where that is shared. */
  readonly sharesPort?: boolean | undefined
  /** Sources that the far side says it sends as (RFC 5576); empty or left out: it does not say. */
  readonly remoteSsrcs?: readonly number[] | undefined
  /** Default: the remote RTP port plus one. */
  readonly rtcpRemote?: Address | undefined
  /** Another one follows when the codec changes to one of another clock rate (RFC 7160 4.1), but not on a shared port. */
  readonly ssrc: number
  readonly cname: string
  /** Plain RTP when left out; `awaited`: nothing is sent or taken before the keys are known. */
  readonly keys?: StreamKeys | 'awaited' | undefined
  /** Over ICE and DTLS-SRTP on one socket (RFC 5761): `remote` and `keys`, which are awaited, come from there. */
  readonly webrtc?: WebRtcSpec | undefined
  readonly sending: boolean
  /** Clock time at which sending may begin. */
  readonly startMs: number
  /**
   * What to do with packets from elsewhere than `remote`: all are counted as unexpected, and are then taken (default),
   * rejected, or taken and answered there from then on (symmetric RTP, RFC 4961). While packets come from `remote`, and
   * for a second after them, those from elsewhere are a stranger's and are never taken; reports, for 20 s.
   */
  readonly unexpectedSource?: 'take' | 'reject' | 'latch'
  /** What hears the stream, for the judgement of its quality; the usual one when left out. */
  readonly terminal?: Terminal | undefined
  /** Those that are sent; what arrives is read in any case. None when left out. */
  readonly extendedReports?: ExtendedReports | undefined
}

/** What may change while a stream lives; what is left out stays. */
export interface StreamChange {
  readonly remote?: Address
  readonly rtcpRemote?: Address
  readonly remoteSsrcs?: readonly number[] | undefined
  readonly codec?: CodecName
  readonly payloadType?: number
  readonly telephoneEventPayloadType?: number | undefined
  readonly received?: readonly RtpFormat[] | undefined
  readonly ptimeMs?: number
  readonly source?: AudioSource
  /** Undefined: plain RTP from here on. The same keys change nothing; packets under former ones are taken for 5 s. */
  readonly keys?: StreamKeys | undefined
  /** Of a stream over ICE and DTLS: begins checks, or goes on where nothing is new. */
  readonly webrtcRemote?: RemoteWebRtc
  readonly sending?: boolean
  readonly extendedReports?: ExtendedReports
  /** False while nothing is expected (hold): the silence is then no gap. */
  readonly receiving?: boolean
}

export interface OpenedStream {
  readonly kind: 'opened'
  readonly handle: StreamHandle
  /** Local RTP address for the session description; RTCP is one port above. */
  readonly local: Address
  /** As wanted, unless a stream on the same shared port has it. */
  readonly ssrc: number
  readonly webrtc?: LocalWebRtc | undefined
}

export interface OpenFailure {
  readonly kind: 'open-failure'
  readonly text: string
}

export interface UpdateFailure {
  readonly kind: 'update-failure'
  readonly text: string
}

/** For recordings and captures: sees every RTP and RTCP packet. The bytes are valid only during the call. */
export type PacketTap = (
  handle: StreamHandle,
  direction: 'sent' | 'received',
  protocol: 'rtp' | 'rtcp',
  bytes: Uint8Array,
  atMs: number,
) => void

/** Both ends of a stream, for each of its protocols; the far one is unknown until it was agreed. */
export type StreamAddresses = Readonly<
  Record<'rtp' | 'rtcp', { readonly local: Address; readonly remote: Address | undefined }>
>

/** Malformed packets by kind and other numbers of the port as a whole. */
export interface PortCounters {
  /** `rtp/too-short`, `rtcp/bad-length` and so on, with their counts. */
  readonly malformed: Readonly<Record<string, number>>
  /** Packets to a local port whose stream was removed. */
  readonly strayPackets: number
  /** SRTP and SRTCP packets that were not taken, by reason. */
  readonly srtpFailures: Readonly<Record<string, number>>
  /** Packets that a socket could not send. */
  readonly sendFailures: number
  /** RTP that was sent faster than the tap could see it. */
  readonly sentUnseen: number
  readonly streamsOpen: number
  /** Pairs of ports that streams share, now. */
  readonly sharedPorts: number
  /** Packets to them that were nobody's, by reason: `unknown-source` or `ambiguous-source`. */
  readonly unmatched: Readonly<Record<Unmatched, number>>
  /** Streams on them that were recognised by something else than their descriptions say. */
  readonly sourcesLearned: number
}

/** The port behind which RTP lives: handles and tables, no objects a packet. */
export interface StreamPort {
  /** `dgram` or `native`. */
  readonly kind: 'dgram' | 'native'
  /** Why this implementation was chosen, for people. */
  readonly reason: string
  /** Binds local ports ahead of need, so that `open` need not; `muxed` for ICE. Returns how many pairs are ready. */
  prepare(localHost: string, count: number, use?: PortUse): Promise<number>
  /** Reserves local ports and makes a stream; it sends when `sending` is set and `remote` known. */
  open(spec: StreamSpec): Promise<OpenedStream | OpenFailure>
  /** Changes a stream; on failure nothing has changed. */
  update(handle: StreamHandle, change: StreamChange): UpdateFailure | undefined
  /** Tells of the one opening or failure of a stream's path over ICE and DTLS; one listener a stream. */
  watchPath(handle: StreamHandle, listener: (event: PathEvent) => void): void
  /** New ICE credentials for the next description (RFC 8445 9). */
  restartIce(handle: StreamHandle): LocalWebRtc | undefined
  /** Queues DTMF (RFC 4733) on the stream; digits are 0-9 * # A-D. False when the stream has no telephone-event. */
  dtmf(handle: StreamHandle, digits: string, toneMs: number, pauseMs: number): boolean
  /** DTMF received so far; `statistics.dtmfDigits[handle]` tells cheaply whether there is more. */
  dtmfReceived(handle: StreamHandle): string
  /** From here on losses no longer count as losses at the start; calls after the first change nothing. */
  markAnswered(handle: StreamHandle, nowMs: number): void
  /** What the stream has seen so far. */
  report(handle: StreamHandle): StreamReport
  /** Where its packets go and come from, as agreed. */
  addresses(handle: StreamHandle): StreamAddresses
  /** Whether its packets travel as SRTP and SRTCP; a tap sees them in clear. */
  isProtected(handle: StreamHandle): boolean
  /** Ends the stream with an RTCP BYE and frees its row and ports. */
  remove(handle: StreamHandle): StreamReport
  /** One row a stream, live. */
  readonly statistics: StatisticsView
  /** How late packets were sent against their schedule, all streams together. */
  readonly sendLag: SendLag
  readonly counters: PortCounters
  tap: PacketTap | undefined
  close(): Promise<void>
}
