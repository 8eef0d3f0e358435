import type { StreamGap, StreamTimeline } from '../model/record.js'
import type { JitterBufferSettings } from '../model/terminal.js'
import { ArrivalGap } from './arrival-gap.js'
import { EventReceiver } from './codec/telephone-event.js'
import { InterarrivalJitter } from './interarrival-jitter.js'
import { JitterBuffer } from './jitter-buffer.js'
import { LongGaps } from './long-gaps.js'
import { PacketFates } from './packet-fates.js'
import type { Reception, ReceptionInterval } from './reception.js'
import { PayloadTypes } from './rtp/payload-types.js'
import { markerOf, payloadEnd, payloadStart, payloadTypeOf, sequenceOf, ssrcOf, timestampOf } from './rtp/rtp-header.js'
import { SequenceWindow } from './sequence-window.js'
import type { StatisticsTable } from './statistics-view.js'
import { TimelineRecorder, type Totals } from './stream-timeline.js'

/** For so long after a change of source, packets of the source before are stragglers. */
const stragglerMs = 500

/**
 * What a receiver knows of one stream (RFC 3550 6.4 and A), written straight into its row of the table. Pure: arrival
 * times are passed in.
 *
 * - Expected: extended highest sequence number less the first plus one, summed over sources. The first packet counts
 *   at once (no probation of A.1): its source was agreed in signalling.
 * - Lost: expected less distinct packets received; packets before the first or after the last are unknown to it.
 * - Discarded: audio that the modelled jitter buffer of a terminal would not have played.
 * - Reordered: arrives after one with a higher number (RFC 4737 3). Duplicated: its number is among the last 128.
 * - Jitter: A.8 over all distinct audio packets in order of arrival; mean and maximum of its running value.
 * - Gap: time since the packet before, of any kind and source, less the packet time (learned from the timestamps) and
 *   less silence that the far side suppressed.
 * - A new SSRC, or two packets in sequence after a jump that A.1 does not bridge, starts a new source: no loss.
 */
export class ReceiveStatistics implements Reception {
  readonly #table: StatisticsTable
  readonly #row: number
  readonly #events = new EventReceiver()
  readonly jitterBuffer: JitterBuffer
  readonly #timeline = new TimelineRecorder()
  readonly #longGaps = new LongGaps()
  readonly #fates = new PacketFates()
  readonly #window: SequenceWindow
  payloadTypes: PayloadTypes
  #unitsPerMs: number
  readonly #jitter: InterarrivalJitter
  #audioPayloadType = -1
  #heard = false
  #ssrc = 0
  #formerSsrc = -1
  #changedMs = 0
  #expectedBefore = 0
  readonly #gap: ArrivalGap
  readonly #signs = { marker: false, silence: false }
  #answered = false
  #answeredMs = Number.POSITIVE_INFINITY
  #intervalExpected = 0
  #intervalReceived = 0
  #sourceReceived = 0

  constructor(
    table: StatisticsTable,
    row: number,
    clockRate: number,
    ptimeMs: number,
    jitterBuffer: JitterBufferSettings,
  ) {
    this.#table = table
    this.#row = row
    this.#unitsPerMs = clockRate / 1000
    this.#jitter = new InterarrivalJitter(this.#unitsPerMs)
    this.payloadTypes = PayloadTypes.of([], clockRate)
    this.#gap = new ArrivalGap(ptimeMs)
    this.jitterBuffer = new JitterBuffer(jitterBuffer, clockRate)
    this.#window = new SequenceWindow(this.#fates)
  }

  get ptimeMs(): number {
    return this.#gap.ptimeMs
  }

  set ptimeMs(ms: number) {
    this.#gap.ptimeMs = ms
  }

  get digits(): string {
    return this.#events.digits
  }

  receive(bytes: Uint8Array, atMs: number): void {
    const sequence = sequenceOf(bytes)
    const ssrc = ssrcOf(bytes)
    const table = this.#table
    const row = this.#row
    if (!this.#heard) this.#firstPacket(sequence, ssrc, atMs)
    else if (ssrc !== this.#ssrc) {
      if (ssrc === this.#formerSsrc && atMs - this.#changedMs < stragglerMs) {
        table.stalePackets[row]!++
        return
      }
      this.#formerSsrc = this.#ssrc
      this.#changedMs = atMs
      this.#changeSource(sequence, ssrc)
    } else if (!this.#place(sequence)) return
    if (atMs >= this.#timeline.endMs) this.#timeline.close(atMs, this.#totals())
    const payloadType = payloadTypeOf(bytes)
    this.#useClock(this.payloadTypes.unitsPerMs(payloadType))
    table.packetsReceived[row]!++
    table.bytesReceived[row]! += bytes.length
    this.#sourceReceived++
    this.#updateLoss(atMs)
    this.#updateGap(bytes, atMs)
    if (this.payloadTypes.isEvent(payloadType)) this.#takeEvent(bytes)
    else {
      this.#audioPayloadType = payloadType
      this.#takeAudio(sequence, timestampOf(bytes), atMs)
    }
  }

  markAnswered(nowMs: number): void {
    if (!this.#answered) this.#answeredMs = nowMs
    this.#answered = true
  }

  pause(): void {
    this.#gap.pause()
  }

  closeInterval(): ReceptionInterval | undefined {
    if (!this.#heard) return undefined
    const { expected, extendedHighest } = this.#window
    const expectedInterval = expected - this.#intervalExpected
    const lostInterval = expectedInterval - (this.#sourceReceived - this.#intervalReceived)
    this.#intervalExpected = expected
    this.#intervalReceived = this.#sourceReceived
    const isLost = expectedInterval > 0 && lostInterval > 0
    return {
      ssrc: this.#ssrc,
      fractionLost: isLost ? Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)) : 0,
      cumulativeLost: expected - this.#sourceReceived,
      highestSequence: extendedHighest >>> 0,
      jitterUnits: Math.floor(this.#jitter.units),
    }
  }

  get encoding(): string | undefined {
    return this.payloadTypes.encoding(this.#audioPayloadType)
  }

  get heard(): boolean {
    return this.#heard
  }

  get ssrc(): number {
    return this.#ssrc
  }

  get highestSequence(): number {
    return this.#window.highest
  }

  fates(): PacketFates {
    const fates = this.#fates.copy()
    if (this.#heard) this.#window.settleAll(fates)
    return fates
  }

  get longGaps(): readonly StreamGap[] {
    return this.#longGaps.all
  }

  timeline(): StreamTimeline | undefined {
    return this.#timeline.report(this.#totals())
  }

  #firstPacket(sequence: number, ssrc: number, atMs: number): void {
    this.#heard = true
    this.#table.firstPacketMs[this.#row] = atMs
    this.#timeline.begin(atMs)
    this.#startSource(sequence, ssrc)
  }

  #changeSource(sequence: number, ssrc: number): void {
    this.#expectedBefore += this.#window.expected
    this.#window.settleAll(this.#fates)
    this.#table.sourceChanges[this.#row]!++
    this.#startSource(sequence, ssrc)
  }

  #startSource(sequence: number, ssrc: number): void {
    this.#ssrc = ssrc
    this.#table.ssrcReceived[this.#row] = ssrc
    this.#window.start(sequence)
    this.#gap.restart()
    this.#jitter.restart(this.#unitsPerMs)
    this.#intervalExpected = 0
    this.#intervalReceived = 0
    this.#sourceReceived = 0
    this.jitterBuffer.restart(this.#unitsPerMs)
    this.#events.restart()
  }

  /** False when the packet is a duplicate or not yet believed. */
  #place(sequence: number): boolean {
    switch (this.#window.place(sequence)) {
      case 'ahead':
        return true
      case 'late':
        this.#table.packetsReordered[this.#row]!++
        return true
      case 'restart':
        this.#changeSource(sequence, this.#ssrc)
        return true
      case 'duplicate':
        this.#table.packetsDuplicated[this.#row]!++
        return false
      case 'unbelieved':
        this.#table.stalePackets[this.#row]!++
        return false
    }
  }

  #totals(): Totals {
    const { packetsExpected, packetsLost, packetsDiscarded, jitterMs } = this.#table
    const row = this.#row
    return {
      expected: packetsExpected[row] ?? 0,
      lost: packetsLost[row] ?? 0,
      discarded: packetsDiscarded[row] ?? 0,
      jitterMs: jitterMs[row] ?? Number.NaN,
    }
  }

  /** Timestamps of another clock rate cannot be compared with those before. */
  #useClock(unitsPerMs: number): void {
    if (unitsPerMs === this.#unitsPerMs) return
    this.#unitsPerMs = unitsPerMs
    this.#jitter.restart(unitsPerMs)
    this.jitterBuffer.restart(unitsPerMs)
    this.#gap.restart()
  }

  #updateLoss(atMs: number): void {
    const table = this.#table
    const row = this.#row
    const expected = this.#expectedBefore + this.#window.expected
    const lost = expected - (table.packetsReceived[row] ?? 0)
    table.packetsExpected[row] = expected
    table.packetsLost[row] = lost
    table.lastPacketMs[row] = atMs
    if (atMs >= this.#answeredMs) {
      table.packetsLostAtStart[row] = Math.max(0, lost)
      this.#answeredMs = Number.POSITIVE_INFINITY
      this.#fates.forget()
      this.#window.forgive()
    }
  }

  #updateGap(bytes: Uint8Array, atMs: number): void {
    const signs = this.#signs
    signs.marker = markerOf(bytes)
    signs.silence = this.payloadTypes.isSilence(payloadTypeOf(bytes), payloadEnd(bytes) - payloadStart(bytes))
    const gapMs = this.#gap.push(sequenceOf(bytes), timestampOf(bytes), this.#unitsPerMs, atMs, signs)
    const longest = this.#table.longestGapMs
    if (Number.isNaN(gapMs)) return
    this.#timeline.gap(gapMs)
    this.#longGaps.push(atMs, gapMs)
    if (!(gapMs <= (longest[this.#row] ?? Number.NaN))) longest[this.#row] = Math.max(0, gapMs)
  }

  #takeAudio(sequence: number, timestamp: number, atMs: number): void {
    this.#updateJitter(timestamp, atMs)
    if (this.jitterBuffer.take(atMs, timestamp)) return
    this.#table.packetsDiscarded[this.#row]!++
    this.#window.discard(sequence)
  }

  /** Event packets repeat a timestamp on purpose and are no measure of jitter. */
  #updateJitter(timestamp: number, atMs: number): void {
    const jitter = this.#jitter
    jitter.push(timestamp, atMs)
    this.#table.jitterMs[this.#row] = jitter.ms
    this.#table.jitterMeanMs[this.#row] = jitter.meanMs
    this.#table.jitterMaxMs[this.#row] = jitter.maxMs
  }

  #takeEvent(bytes: Uint8Array): void {
    const began = this.#events.push(bytes, payloadStart(bytes), payloadEnd(bytes), timestampOf(bytes), this.#unitsPerMs)
    if (began) this.#table.dtmfDigits[this.#row]!++
  }
}
