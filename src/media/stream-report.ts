import { type Address, formatAddress } from '../model/address.js'
import type { Hearing, RecordedPacket, RemoteView, StreamReport } from '../model/record.js'
import type { SrtpSuiteName } from '../model/srtp.js'
import type { Terminal } from '../model/terminal.js'
import type { Reception } from './reception.js'
import type { StatisticsView } from './statistics-view.js'

/** What a report says beside its row. */
export interface ReportContext {
  readonly direction: string
  /** Of what is sent; what is received may have another. */
  readonly codec: string
  readonly local: Address
  readonly remote: Address | undefined
  readonly roundTripsMs: number[]
  readonly remoteView: RemoteView
  readonly received: Reception
  readonly terminal: Terminal
  readonly hearing: Hearing
  readonly srtpSuite: SrtpSuiteName | undefined
  readonly recorded: readonly RecordedPacket[] | undefined
}

/** The row of a stream as a report of the model; NaN becomes undefined. */
export function reportOf(table: StatisticsView, row: number, context: ReportContext): StreamReport {
  const count = (column: ArrayLike<number>) => column[row] ?? 0
  const value = (column: ArrayLike<number>) => {
    const number = column[row]
    return number === undefined || Number.isNaN(number) ? undefined : number
  }
  const { received } = context
  const { expected, lost, discarded, runs } = received.fates()
  return {
    direction: context.direction,
    codec: received.encoding ?? context.codec,
    local: formatAddress(context.local),
    remote: context.remote ? formatAddress(context.remote) : '',
    ssrc: count(table.ssrcReceived),
    packetsSent: count(table.packetsSent),
    packetsReceived: count(table.packetsReceived),
    bytesReceived: count(table.bytesReceived),
    packetsExpected: count(table.packetsExpected),
    packetsLost: count(table.packetsLost),
    packetsReordered: count(table.packetsReordered),
    packetsDuplicated: count(table.packetsDuplicated),
    packetsLostAtStart: count(table.packetsLostAtStart),
    packetsDiscarded: count(table.packetsDiscarded),
    fates: { expected, lost, discarded, runs },
    jitterBufferMs: received.jitterBuffer.meanHeldMs,
    ptimeMs: received.ptimeMs,
    terminal: context.terminal,
    ...(context.recorded && { recorded: context.recorded }),
    jitterMeanMs: value(table.jitterMeanMs),
    jitterMaxMs: value(table.jitterMaxMs),
    longestGapMs: value(table.longestGapMs),
    gaps: received.longGaps,
    sourceChanges: count(table.sourceChanges),
    firstPacketMs: value(table.firstPacketMs),
    lastPacketMs: value(table.lastPacketMs),
    roundTripsMs: context.roundTripsMs,
    remoteLost: value(table.remoteLost),
    remoteJitterMs: value(table.remoteJitterMs),
    remoteView: context.remoteView,
    dtmfReceived: received.digits,
    timeline: received.timeline(),
    hearing: context.hearing,
    srtpSuite: context.srtpSuite,
    packetsUnauthenticated: count(table.packetsUnauthenticated),
    packetsReplayed: count(table.packetsReplayed),
    path: undefined,
  }
}
