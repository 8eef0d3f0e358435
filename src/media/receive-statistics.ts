import { EventReceiver } from './codec/telephone-event.js'
import { payloadEnd, payloadStart, payloadTypeOf, sequenceOf, ssrcOf, timestampOf } from './rtp/rtp-header.js'
import type { StatisticsTable } from './statistics-view.js'

/** RFC 3550 A.1. */
const maxDropout = 3000
const maxMisorder = 100
const sequenceModulus = 0x1_0000
/** Distinct sequence numbers that are remembered to tell duplicates: a power of two above `maxMisorder`. */
const windowSize = 128
/** A step of the transit time beyond this is a restarted media clock, not jitter. */
const clockRestartMs = 10_000
/** Longest packet time believed when it is learned from timestamps. */
const longestFrameMs = 200
/** For so long after a change of source, packets of the source before are stragglers. */
const stragglerMs = 500

/**
 * What a receiver knows of one stream (RFC 3550 6.4 and A), written straight into its row of the table. Pure: arrival
 * times are passed in.
 *
 * - Expected: extended highest sequence number less the first plus one, summed over sources. The first packet counts
 *   at once (no probation of A.1): its source was agreed in signalling.
 * - Lost: expected less distinct packets received; packets before the first or after the last are unknown to it.
 * - Reordered: a distinct packet that arrives after one with a higher sequence number (RFC 4737 3).
 * - Duplicated: a packet whose number was seen among the last 128.
 * - Jitter: A.8 over all distinct audio packets in order of arrival; mean and maximum of its running value.
 * - Gap: time since the packet before, of any kind and source, less the packet time (learned from the timestamps);
 *   a far side that suppresses silence shows its pauses as gaps.
 * - A new SSRC, or two packets in sequence after a jump that A.1 does not bridge, starts a new source: no loss.
 */
export class ReceiveStatistics {
  readonly #table: StatisticsTable
  readonly #row: number
  readonly #unitsPerMs: number
  readonly #events = new EventReceiver()
  readonly #window = new Uint32Array(windowSize / 32)
  /** Payload type of telephone-event, -1 when there is none. */
  eventPayloadType = -1
  /** Packet time to subtract from gaps until timestamps tell. */
  ptimeMs: number
  #heard = false
  #ssrc = 0
  #formerSsrc = -1
  #changedMs = 0
  #baseSequence = 0
  #highest = 0
  #cycles = 0
  #badSequence = -1
  #expectedBefore = 0
  #transitUnits = Number.NaN
  #jitterUnits = 0
  #jitterSum = 0
  #jitterCount = 0
  #lastTimestamp = 0
  #lastSequence = 0
  #previousArrivalMs = Number.NaN
  #answered = false
  #answeredMs = Number.POSITIVE_INFINITY
  #intervalExpected = 0
  #intervalReceived = 0
  #sourceReceived = 0
  /** Fraction lost since the last `closeInterval`, in 1/256 (RFC 3550 A.3). */
  fractionLost = 0

  constructor(table: StatisticsTable, row: number, clockRate: number, ptimeMs: number) {
    this.#table = table
    this.#row = row
    this.#unitsPerMs = clockRate / 1000
    this.ptimeMs = ptimeMs
  }

  get digits(): string {
    return this.#events.digits
  }

  /** Takes a packet whose header is valid. */
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
    table.packetsReceived[row]!++
    table.bytesReceived[row]! += bytes.length
    this.#sourceReceived++
    this.#updateLoss(atMs)
    this.#updateGap(sequence, timestampOf(bytes), atMs)
    if (payloadTypeOf(bytes) === this.eventPayloadType) this.#takeEvent(bytes)
    else this.#updateJitter(timestampOf(bytes), atMs)
  }

  /** When the first packet at or after `nowMs` arrives, losses so far become losses at the start. Only once. */
  markAnswered(nowMs: number): void {
    if (!this.#answered) this.#answeredMs = nowMs
    this.#answered = true
  }

  /** The time until the next packet is no gap: nothing is expected, or the far side was told to wait. */
  pause(): void {
    this.#previousArrivalMs = Number.NaN
  }

  /** Values for a report block (RFC 3550 6.4.1) of the source heard now; starts the next interval. */
  closeInterval(): void {
    const expected = this.#extendedHighest() - this.#baseSequence + 1
    const expectedInterval = expected - this.#intervalExpected
    const lostInterval = expectedInterval - (this.#sourceReceived - this.#intervalReceived)
    this.#intervalExpected = expected
    this.#intervalReceived = this.#sourceReceived
    this.fractionLost =
      expectedInterval <= 0 || lostInterval <= 0
        ? 0
        : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval))
  }

  get heard(): boolean {
    return this.#heard
  }

  get ssrc(): number {
    return this.#ssrc
  }

  get highestSequence(): number {
    return this.#highest
  }

  /** For a report block: cycles and highest sequence number, 32 bits. */
  get extendedHighestSequence(): number {
    return this.#extendedHighest() >>> 0
  }

  /** For a report block: loss of the source heard now. */
  get cumulativeLost(): number {
    return this.#extendedHighest() - this.#baseSequence + 1 - this.#sourceReceived
  }

  get jitterUnits(): number {
    return Math.floor(this.#jitterUnits)
  }

  #firstPacket(sequence: number, ssrc: number, atMs: number): void {
    this.#heard = true
    this.#table.firstPacketMs[this.#row] = atMs
    this.#startSource(sequence, ssrc)
  }

  #changeSource(sequence: number, ssrc: number): void {
    this.#expectedBefore += this.#extendedHighest() - this.#baseSequence + 1
    this.#table.sourceChanges[this.#row]!++
    this.#startSource(sequence, ssrc)
  }

  #startSource(sequence: number, ssrc: number): void {
    this.#ssrc = ssrc
    this.#table.ssrcReceived[this.#row] = ssrc
    this.#baseSequence = sequence
    this.#highest = sequence
    this.#lastSequence = -1
    this.#cycles = 0
    this.#badSequence = -1
    this.#transitUnits = Number.NaN
    this.#intervalExpected = 0
    this.#intervalReceived = 0
    this.#sourceReceived = 0
    this.#window.fill(0)
    this.#mark(sequence)
    this.#events.restart()
  }

  /** RFC 3550 A.1 update_seq; false when the packet is a duplicate or not yet believed. */
  #place(sequence: number): boolean {
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead === 0) return this.#duplicate()
    if (ahead < maxDropout) {
      if (sequence < this.#highest) this.#cycles += sequenceModulus
      this.#forget(ahead)
      this.#highest = sequence
      this.#mark(sequence)
      return true
    }
    if (ahead > sequenceModulus - maxMisorder) return this.#late(sequence)
    if (sequence === this.#badSequence) {
      this.#changeSource(sequence, this.#ssrc)
      return true
    }
    this.#badSequence = (sequence + 1) & 0xffff
    this.#table.stalePackets[this.#row]!++
    return false
  }

  #late(sequence: number): boolean {
    if (this.#marked(sequence)) return this.#duplicate()
    this.#mark(sequence)
    this.#table.packetsReordered[this.#row]!++
    const extended = this.#extendedHighest() - ((this.#highest - sequence) & 0xffff)
    // One that was sent before the first we heard widens what is expected.
    if (extended < this.#baseSequence) this.#baseSequence = extended
    return true
  }

  #duplicate(): boolean {
    this.#table.packetsDuplicated[this.#row]!++
    return false
  }

  #extendedHighest(): number {
    return this.#cycles + this.#highest
  }

  #mark(sequence: number): void {
    const bit = sequence & (windowSize - 1)
    this.#window[bit >> 5]! |= 1 << (bit & 31)
  }

  #marked(sequence: number): boolean {
    const bit = sequence & (windowSize - 1)
    return ((this.#window[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }

  /** Frees the window for the `count` numbers after the highest. */
  #forget(count: number): void {
    if (count >= windowSize) {
      this.#window.fill(0)
      return
    }
    for (let step = 1; step <= count; step++) {
      const bit = (this.#highest + step) & (windowSize - 1)
      this.#window[bit >> 5]! &= ~(1 << (bit & 31))
    }
  }

  #updateLoss(atMs: number): void {
    const table = this.#table
    const row = this.#row
    const expected = this.#expectedBefore + this.#extendedHighest() - this.#baseSequence + 1
    const lost = expected - (table.packetsReceived[row] ?? 0)
    table.packetsExpected[row] = expected
    table.packetsLost[row] = lost
    table.lastPacketMs[row] = atMs
    if (atMs >= this.#answeredMs) {
      table.packetsLostAtStart[row] = Math.max(0, lost)
      this.#answeredMs = Number.POSITIVE_INFINITY
    }
  }

  #updateGap(sequence: number, timestamp: number, atMs: number): void {
    if (((sequence - this.#lastSequence) & 0xffff) === 1 && this.#lastSequence >= 0) {
      const frameMs = (timestamp - this.#lastTimestamp) / this.#unitsPerMs
      if (frameMs > 0 && frameMs <= longestFrameMs) this.ptimeMs = frameMs
    }
    this.#lastSequence = sequence
    this.#lastTimestamp = timestamp
    const gapMs = atMs - this.#previousArrivalMs - this.ptimeMs
    this.#previousArrivalMs = atMs
    const longest = this.#table.longestGapMs
    if (Number.isNaN(gapMs)) return
    if (!(gapMs <= (longest[this.#row] ?? Number.NaN))) longest[this.#row] = Math.max(0, gapMs)
  }

  /** RFC 3550 A.8. Event packets repeat a timestamp on purpose and are no measure of it. */
  #updateJitter(timestamp: number, atMs: number): void {
    // Timestamps wrap at 2^32, so does their distance to the arrival time in the same units.
    const transit = atMs * this.#unitsPerMs - timestamp
    let step = transit - this.#transitUnits
    this.#transitUnits = transit
    if (step > 0x8000_0000) step -= 0x1_0000_0000
    else if (step < -0x8000_0000) step += 0x1_0000_0000
    const table = this.#table
    const row = this.#row
    if (Math.abs(step) <= clockRestartMs * this.#unitsPerMs) {
      this.#jitterUnits += (Math.abs(step) - this.#jitterUnits) / 16
    }
    const jitterMs = this.#jitterUnits / this.#unitsPerMs
    this.#jitterSum += jitterMs
    this.#jitterCount++
    table.jitterMs[row] = jitterMs
    table.jitterMeanMs[row] = this.#jitterSum / this.#jitterCount
    if (!(jitterMs <= (table.jitterMaxMs[row] ?? Number.NaN))) table.jitterMaxMs[row] = jitterMs
  }

  #takeEvent(bytes: Uint8Array): void {
    const began = this.#events.push(bytes, payloadStart(bytes), payloadEnd(bytes), timestampOf(bytes))
    if (began) this.#table.dtmfDigits[this.#row]!++
  }
}
