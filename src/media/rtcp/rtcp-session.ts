import type { ReceiveStatistics } from '../receive-statistics.js'
import type { StatisticsTable } from '../statistics-view.js'
import { ntpMiddle, roundTripMs } from './rtcp-packet.js'
import { type RtcpDefect, type RtcpVisitor, readRtcp } from './rtcp-reader.js'
import { type SenderInfo, writeCompound } from './rtcp-writer.js'

/** One stream's side of RTCP: writes its reports and takes those of the far side into its row. */
export class RtcpSession implements RtcpVisitor {
  readonly #table: StatisticsTable
  readonly #row: number
  readonly #ssrc: number
  readonly #cname: string
  readonly #clockRate: number
  readonly #received: ReceiveStatistics
  readonly roundTripsMs: number[] = []
  #lastReportMiddle = 0
  #lastReportMs = 0
  #arrivalMs = 0
  #arrivalMiddle = 0
  #packetsReported = 0
  byeReceived = false

  constructor(
    table: StatisticsTable,
    row: number,
    identity: { readonly ssrc: number; readonly cname: string },
    clockRate: number,
    received: ReceiveStatistics,
  ) {
    this.#table = table
    this.#row = row
    this.#ssrc = identity.ssrc
    this.#cname = identity.cname
    this.#clockRate = clockRate
    this.#received = received
  }

  /** A report of now: SR when packets were sent since the last one, RR otherwise (RFC 3550 6.4). */
  write(nowMs: number, wallMs: number, rtpTimestamp: number, bye: boolean): Buffer {
    const packets = this.#table.packetsSent[this.#row] ?? 0
    const octets = this.#table.octetsSent[this.#row] ?? 0
    const sender: SenderInfo | undefined =
      packets > this.#packetsReported ? { wallMs, rtpTimestamp, packets, octets } : undefined
    this.#packetsReported = packets
    this.#table.rtcpSent[this.#row]!++
    return writeCompound(this.#ssrc, this.#cname, sender, this.#reception(nowMs), bye)
  }

  #reception(nowMs: number) {
    const received = this.#received
    if (!received.heard) return undefined
    received.closeInterval()
    const delay = this.#lastReportMiddle === 0 ? 0 : Math.round(((nowMs - this.#lastReportMs) * 65_536) / 1000)
    return {
      ssrc: received.ssrc,
      fractionLost: received.fractionLost,
      cumulativeLost: received.cumulativeLost,
      highestSequence: received.extendedHighestSequence,
      jitterUnits: received.jitterUnits,
      lsr: this.#lastReportMiddle,
      dlsr: delay >>> 0,
    }
  }

  receive(bytes: Uint8Array, nowMs: number, wallMs: number): RtcpDefect | undefined {
    this.#arrivalMs = nowMs
    this.#arrivalMiddle = ntpMiddle(wallMs)
    const defect = readRtcp(bytes, this)
    if (!defect) this.#table.rtcpReceived[this.#row]!++
    return defect
  }

  onSenderReport(ssrc: number, middle: number): void {
    // LSR must belong to the source that the next report block is about.
    if (this.#received.heard && ssrc !== this.#received.ssrc) return
    this.#lastReportMiddle = middle
    this.#lastReportMs = this.#arrivalMs
  }

  onReportBlock(about: number, _fraction: number, lost: number, jitter: number, lsr: number, dlsr: number): void {
    if (about !== this.#ssrc) return
    this.#table.remoteLost[this.#row] = lost
    this.#table.remoteJitterMs[this.#row] = (jitter * 1000) / this.#clockRate
    const tripMs = roundTripMs(this.#arrivalMiddle, lsr, dlsr)
    if (tripMs === undefined) return
    this.roundTripsMs.push(tripMs)
    this.#table.roundTrips[this.#row]!++
    this.#table.roundTripMs[this.#row] = tripMs
  }

  onBye(): void {
    this.byeReceived = true
  }
}
