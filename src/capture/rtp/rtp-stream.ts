import { EventReceiver } from '../../media/codec/telephone-event.js'
import { payloadEnd, payloadStart, rtpDefect } from '../../media/rtp/rtp-header.js'
import { u32be } from '../octet-numbers.js'
import type { MediaFormat } from './media-description.js'
import { staticFormat } from './media-description.js'

/** RFC 3550 A.1: a larger jump is a new start, a smaller step back is a late packet. */
const maxDropout = 3000
const maxMisorder = 100
/** Numbers that are remembered to tell duplicates: a power of two above `maxMisorder`. */
const windowSize = 128
/** A step of the transit time beyond this is a restarted media clock, not jitter. */
const clockRestartMs = 10_000
/** RFC 4733 7.1: what telephone-event runs at where nothing else is said. */
const usualEventRate = 8000
const telephoneEvent = /^telephone-event$/i

/** What a payload type means to one stream; undefined while nobody has told. */
export type FormatLookup = (payloadType: number) => MediaFormat | undefined

/** Running figures of one RTP stream, without an object a packet. */
export class RtpStream {
  readonly ssrc: number
  readonly firstFrame: number
  readonly firstMs: number
  lastMs: number
  packets = 0
  duplicated = 0
  reordered = 0
  sequenceErrors = 0
  restarts = 0
  minDeltaMs = Number.POSITIVE_INFINITY
  maxDeltaMs = 0
  maxDeltaFrame = 0
  maxJitterMs = 0
  readonly #lookup: FormatLookup
  readonly #window = new Int32Array(windowSize).fill(-1)
  readonly #events = new EventReceiver()
  readonly #payloadTypes = new Map<number, number>()
  #payloadType = -1
  /** Packets of this payload type that the map does not have yet. */
  #ofType = 0
  #format: MediaFormat | undefined
  #isEvent = false
  #unitsPerMs = Number.NaN
  #base: number
  #highest: number
  #cycles = 0
  #expectedBefore = 0
  #lastSequence: number
  #deltaSumMs = 0
  #deltaCount = 0
  #transitUnits = Number.NaN
  #jitterUnits = 0
  #jitterSumMs = 0
  #jitterCount = 0

  constructor(ssrc: number, sequence: number, frame: number, atMs: number, lookup: FormatLookup) {
    this.ssrc = ssrc
    this.firstFrame = frame
    this.firstMs = atMs
    this.lastMs = atMs
    this.#lookup = lookup
    this.#base = sequence
    this.#highest = sequence
    this.#lastSequence = (sequence - 1) & 0xffff
  }

  get expected(): number {
    return this.#expectedBefore + this.#extendedHighest - this.#base + 1
  }

  get lost(): number {
    return this.expected - (this.packets - this.duplicated)
  }

  get meanDeltaMs(): number | undefined {
    return this.#deltaCount === 0 ? undefined : this.#deltaSumMs / this.#deltaCount
  }

  get meanJitterMs(): number | undefined {
    return this.#jitterCount === 0 ? undefined : this.#jitterSumMs / this.#jitterCount
  }

  /** Packets by payload type, in the order of their first. */
  get payloadTypes(): ReadonlyMap<number, number> {
    this.#settleTypes()
    return this.#payloadTypes
  }

  get digits(): string {
    return this.#events.digits
  }

  get #extendedHighest(): number {
    return this.#cycles + this.#highest
  }

  /** Takes the packet at `start`, of which at least the fixed header is there. */
  receive(bytes: Buffer, start: number, end: number, frame: number, atMs: number): void {
    const sequence = (bytes[start + 2]! << 8) | bytes[start + 3]!
    const payloadType = bytes[start + 1]! & 0x7f
    // RFC 3551 4.1: what is marked begins a talkspurt, and the pause before it is nobody's delay.
    const isMarked = bytes[start + 1]! >= 0x80
    if (isMarked) this.#passDelta()
    else this.#takeDelta(frame, atMs)
    this.#count(payloadType, atMs)
    if (sequence !== ((this.#lastSequence + 1) & 0xffff)) this.sequenceErrors++
    this.#lastSequence = sequence
    if (!this.#place(sequence)) return
    if (this.#isEvent) this.#takeEvent(bytes.subarray(start, end))
    else this.#updateJitter(u32be(bytes, start + 4), atMs, isMarked)
  }

  /** As tshark has it: for the mean a pause before a talkspurt is as long as the mean so far. */
  #passDelta(): void {
    if (this.packets === 0) return
    this.#deltaSumMs += this.meanDeltaMs ?? 0
    this.#deltaCount++
  }

  #takeDelta(frame: number, atMs: number): void {
    if (this.packets === 0) return
    const deltaMs = atMs - this.lastMs
    this.#deltaSumMs += deltaMs
    this.#deltaCount++
    if (deltaMs < this.minDeltaMs) this.minDeltaMs = deltaMs
    if (deltaMs > this.maxDeltaMs) {
      this.maxDeltaMs = deltaMs
      this.maxDeltaFrame = frame
    }
  }

  #count(payloadType: number, atMs: number): void {
    this.lastMs = atMs
    this.packets++
    // A description may be read after the first packets: it is asked for again, ever more rarely.
    const again = this.#format === undefined && (this.packets & (this.packets - 1)) === 0
    if (payloadType !== this.#payloadType || again) this.#changeFormat(payloadType)
    this.#ofType++
  }

  #settleTypes(): void {
    if (this.#ofType === 0) return
    this.#payloadTypes.set(this.#payloadType, (this.#payloadTypes.get(this.#payloadType) ?? 0) + this.#ofType)
    this.#ofType = 0
  }

  #changeFormat(payloadType: number): void {
    this.#settleTypes()
    const format = this.#lookup(payloadType) ?? staticFormat(payloadType)
    this.#payloadType = payloadType
    this.#format = format
    this.#isEvent = format !== undefined && telephoneEvent.test(format.name)
    if (this.#isEvent || format === undefined) return
    const unitsPerMs = format.clockRate / 1000
    if (unitsPerMs !== this.#unitsPerMs) this.#transitUnits = Number.NaN
    this.#unitsPerMs = unitsPerMs
  }

  /** RFC 3550 A.1; false for a duplicate. */
  #place(sequence: number): boolean {
    const ahead = (sequence - this.#highest) & 0xffff
    if (this.#window[sequence & (windowSize - 1)] === sequence && (ahead === 0 || ahead > 0x1_0000 - windowSize)) {
      this.duplicated++
      return false
    }
    if (ahead < maxDropout) {
      if (sequence < this.#highest) this.#cycles += 0x1_0000
      this.#highest = sequence
    } else if (ahead > 0x1_0000 - maxMisorder) this.#late(sequence)
    else this.#restart(sequence)
    this.#window[sequence & (windowSize - 1)] = sequence
    return true
  }

  #late(sequence: number): void {
    this.reordered++
    const extended = this.#extendedHighest - ((this.#highest - sequence) & 0xffff)
    // One that was sent before the first we saw widens what is expected.
    if (extended < this.#base) this.#base = extended
  }

  #restart(sequence: number): void {
    this.restarts++
    this.#expectedBefore = this.expected
    this.#base = sequence
    this.#highest = sequence
    this.#cycles = 0
    this.#window.fill(-1)
    this.#transitUnits = Number.NaN
  }

  /** RFC 3550 A.8. Timestamps wrap at 2^32, so does their distance to the arrival time in the same units. */
  #updateJitter(timestamp: number, atMs: number, isMarked: boolean): void {
    if (Number.isNaN(this.#unitsPerMs)) return
    const transit = atMs * this.#unitsPerMs - timestamp
    let step = transit - this.#transitUnits
    const first = Number.isNaN(this.#transitUnits)
    this.#transitUnits = transit
    if (first) return
    if (step > 0x8000_0000) step -= 0x1_0000_0000
    else if (step < -0x8000_0000) step += 0x1_0000_0000
    if (Math.abs(step) <= clockRestartMs * this.#unitsPerMs) {
      this.#jitterUnits += (Math.abs(step) - this.#jitterUnits) / 16
    }
    const jitterMs = this.#jitterUnits / this.#unitsPerMs
    // As tshark has it: the pause before a talkspurt shows from the next packet on.
    this.#jitterSumMs += isMarked ? (this.meanJitterMs ?? 0) : jitterMs
    this.#jitterCount++
    if (!isMarked && jitterMs > this.maxJitterMs) this.maxJitterMs = jitterMs
  }

  #takeEvent(packet: Buffer): void {
    if (rtpDefect(packet) !== undefined) return
    const unitsPerMs = (this.#format?.clockRate ?? usualEventRate) / 1000
    this.#events.push(packet, payloadStart(packet), payloadEnd(packet), packet.readUInt32BE(4), unitsPerMs)
  }
}
