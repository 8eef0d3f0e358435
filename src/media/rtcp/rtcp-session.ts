import type { ExtendedReports } from '../../model/extended-reports.js'
import type { RemoteView } from '../../model/record.js'
import type { Terminal } from '../../model/terminal.js'
import type { VoipMetrics } from '../../model/voip-metrics.js'
import type { Reception } from '../reception.js'
import type { StatisticsTable } from '../statistics-view.js'
import type { DelaySinceReference, ExtendedReport } from './extended-report.js'
import { ownVoipMetrics } from './own-voip-metrics.js'
import { ntpMiddle, roundTripMs } from './rtcp-packet.js'
import { type RtcpDefect, type RtcpVisitor, readRtcp } from './rtcp-reader.js'
import { type ReceptionInfo, type SenderInfo, writeCompound } from './rtcp-writer.js'

/** What of a stream's settings its reports depend on; read anew for each. */
export interface RtcpSettings {
  readonly ssrc: number
  readonly cname: string
  readonly codec: string
  readonly ptimeMs: number
  readonly terminal: Terminal
  readonly extendedReports: ExtendedReports
}

/** One stream's side of RTCP: writes its reports and takes those of the far side into its row. */
export class RtcpSession implements RtcpVisitor {
  readonly #table: StatisticsTable
  readonly #row: number
  readonly #settings: RtcpSettings
  #clockRate: number
  readonly #received: Reception
  readonly roundTripsMs: number[] = []
  #lastReportMiddle = 0
  #lastReportMs = 0
  #arrivalMs = 0
  #arrivalMiddle = 0
  #packetsReported = 0
  #packetsBefore = 0
  #octetsBefore = 0
  #reception: RemoteView['reception']
  #voip: RemoteView['voip']
  /** Of the first and the last sender report of one source: packets that it claims, and those expected by then. */
  #claims: { readonly ssrc: number; readonly first: Claim; last: Claim } | undefined
  #reference: { readonly ssrc: number; readonly middle: number; readonly atMs: number } | undefined
  byeReceived = false

  constructor(table: StatisticsTable, row: number, settings: RtcpSettings, clockRate: number, received: Reception) {
    this.#table = table
    this.#row = row
    this.#settings = settings
    this.#clockRate = clockRate
    this.#received = received
  }

  /** What the far side said of both directions. */
  get remoteView(): RemoteView {
    const claims = this.#claims
    const sent = claims && {
      claimed: claims.last.packets - claims.first.packets,
      expected: claims.last.expected - claims.first.expected,
    }
    return { reception: this.#reception, voip: this.#voip, sent }
  }

  /** The settings name another source now, with counts of its own (RFC 3550 6.4.1). */
  changeSource(clockRate: number): void {
    this.#clockRate = clockRate
    this.#packetsBefore = this.#table.packetsSent[this.#row] ?? 0
    this.#octetsBefore = this.#table.octetsSent[this.#row] ?? 0
    this.#packetsReported = 0
  }

  /** A report of now: SR when packets were sent since the last one, RR otherwise (RFC 3550 6.4). */
  write(nowMs: number, wallMs: number, rtpTimestamp: number, bye: boolean): Buffer {
    const { ssrc, cname } = this.#settings
    const packets = (this.#table.packetsSent[this.#row] ?? 0) - this.#packetsBefore
    const octets = (this.#table.octetsSent[this.#row] ?? 0) - this.#octetsBefore
    const sender: SenderInfo | undefined =
      packets > this.#packetsReported ? { wallMs, rtpTimestamp, packets, octets } : undefined
    this.#packetsReported = packets
    this.#table.rtcpSent[this.#row]!++
    const extended = this.#extended(nowMs, sender ? undefined : wallMs)
    return writeCompound(ssrc, cname, sender, this.#ownReception(nowMs), bye, extended)
  }

  #ownReception(nowMs: number): ReceptionInfo | undefined {
    const interval = this.#received.closeInterval()
    if (!interval) return undefined
    const { ssrc, fractionLost, cumulativeLost, highestSequence, jitterUnits } = interval
    const lsr = this.#lastReportMiddle
    const dlsr = lsr === 0 ? 0 : unitsSince(this.#lastReportMs, nowMs)
    return { ssrc, fractionLost, cumulativeLost, highestSequence, jitterUnits, lsr, dlsr }
  }

  /** RFC 3611: what was agreed. A sender needs no reference time, its sender report is one (4.4). */
  #extended(nowMs: number, receiverWallMs: number | undefined): ExtendedReport | undefined {
    const { voipMetrics, receiverRoundTrip } = this.#settings.extendedReports
    if (!voipMetrics && !receiverRoundTrip) return undefined
    const received = this.#received
    return {
      referenceWallMs: receiverRoundTrip ? receiverWallMs : undefined,
      delaySinceReference: receiverRoundTrip ? this.#delaySinceReference(nowMs) : undefined,
      voip: voipMetrics && received.heard ? { ssrc: received.ssrc, metrics: this.#ownVoip() } : undefined,
    }
  }

  #delaySinceReference(nowMs: number): DelaySinceReference | undefined {
    const reference = this.#reference
    return reference && { ssrc: reference.ssrc, lrr: reference.middle, dlrr: unitsSince(reference.atMs, nowMs) }
  }

  #ownVoip(): VoipMetrics {
    const { codec, terminal, ptimeMs } = this.#settings
    return ownVoipMetrics(this.#received, {
      codec: this.#received.encoding ?? codec,
      terminal,
      sentPtimeMs: ptimeMs,
      roundTripMs: this.roundTripsMs.at(-1),
    })
  }

  receive(bytes: Uint8Array, nowMs: number, wallMs: number): RtcpDefect | undefined {
    this.#arrivalMs = nowMs
    this.#arrivalMiddle = ntpMiddle(wallMs)
    const defect = readRtcp(bytes, this)
    if (!defect) this.#table.rtcpReceived[this.#row]!++
    return defect
  }

  onSenderReport(ssrc: number, middle: number, packets: number): void {
    // LSR must belong to the source that the next report block is about.
    if (this.#received.heard && ssrc !== this.#received.ssrc) return
    this.#lastReportMiddle = middle
    this.#lastReportMs = this.#arrivalMs
    if (!this.#received.heard) return
    const claim = { packets, expected: this.#table.packetsExpected[this.#row] ?? 0 }
    if (this.#claims?.ssrc !== ssrc) this.#claims = { ssrc, first: claim, last: claim }
    else this.#claims.last = claim
  }

  onReportBlock(block: ReceptionInfo): void {
    if (block.ssrc !== this.#settings.ssrc) return
    const jitterMs = (block.jitterUnits * 1000) / this.#clockRate
    this.#table.remoteLost[this.#row] = block.cumulativeLost
    this.#table.remoteJitterMs[this.#row] = jitterMs
    const packetsSent = this.#table.packetsSent[this.#row] ?? 0
    this.#reception = { atMs: this.#arrivalMs, lost: block.cumulativeLost, jitterMs, packetsSent }
    this.#takeRoundTrip(block.lsr, block.dlsr)
  }

  onReferenceTime(ssrc: number, middle: number): void {
    this.#reference = { ssrc, middle, atMs: this.#arrivalMs }
  }

  onDelaySinceReference(about: number, lrr: number, dlrr: number): void {
    if (about === this.#settings.ssrc) this.#takeRoundTrip(lrr, dlrr)
  }

  onVoipMetrics(about: number, metrics: VoipMetrics): void {
    if (about === this.#settings.ssrc) this.#voip = { atMs: this.#arrivalMs, metrics }
  }

  onBye(): void {
    this.byeReceived = true
  }

  #takeRoundTrip(last: number, delay: number): void {
    const tripMs = roundTripMs(this.#arrivalMiddle, last, delay)
    if (tripMs === undefined) return
    this.roundTripsMs.push(tripMs)
    this.#table.roundTrips[this.#row]!++
    this.#table.roundTripMs[this.#row] = tripMs
  }
}

interface Claim {
  readonly packets: number
  readonly expected: number
}

/** In 1/65536 s. */
const unitsSince = (thenMs: number, nowMs: number): number => Math.round(((nowMs - thenMs) * 65_536) / 1000) >>> 0
