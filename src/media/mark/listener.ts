import type { CodecName } from '../../model/codec.js'
import type { Hearing } from '../../model/record.js'
import type { Decoder } from '../codec/codec.js'
import { codecs } from '../codec/registry.js'
import type { PayloadTypes } from '../rtp/payload-types.js'
import { payloadEnd, payloadStart, payloadTypeOf, timestampOf } from '../rtp/rtp-header.js'
import { Halver } from './halver.js'
import { Loudness } from './loudness.js'
import { type AudioObserver, type HeardMark, MarkDetector } from './mark-detector.js'
import { markMs } from './mark-format.js'
import { PlayOrder, type PlayOrderUser } from './play-order.js'
import { listeningRate } from './tone-bank.js'
import { TransitTimes } from './transit-times.js'
import { Voices } from './voices.js'

/** A longer pause in the RTP timestamps is a new beginning. */
const longestPauseMs = 2000
/** The way of the first sound is that of the fastest packet within so long. */
const firstSoundMs = 500
/** Where not all is listened to, so much at a time: every window holds a whole mark. */
const windowMs = 4000
/** Of one packet: 120 ms at 48 kHz. */
const longestPacketSamples = 5760
const samplesPerMs = listeningRate / 1000

/** Listeners run one at a time. */
const samples = new Int16Array(longestPacketSamples)
const silence = new Int16Array(longestPauseMs * samplesPerMs)

/** What was heard, for the report of a stream. */
export type Heard = Omit<Hearing, 'sender' | 'marksSent' | 'spokenFromMs' | 'spokenToMs' | 'ownSilenceMs'>

/**
 * Listens to one received stream: puts its packets in order, decodes them and finds the marks in them. Lost packets are
 * silence; what the sender left out on purpose (pauses without a gap in the sequence numbers, DTMF) is nothing.
 *
 * The delay of a mark is the shortest way of the packets that carried it, from when they were due at the sender to when
 * they arrived, with what codecs on the way hold back; neither packet time nor jitter buffer is part of it.
 */
export class Listener implements PlayOrderUser, AudioObserver {
  payloadTypes: PayloadTypes
  readonly #wallOffsetMs: number
  readonly #share: number
  readonly #order = new PlayOrder(this)
  readonly #detector = new MarkDetector(this)
  readonly #loudness = new Loudness()
  readonly #transit = new TransitTimes()
  readonly #voices = new Voices()
  readonly #halver = new Halver()
  #codec: CodecName | undefined
  #decoder: Decoder | undefined
  #decodedPerMs = samplesPerMs
  /** RTP timestamp of what comes next. */
  #timestamp = 0
  #isFresh = true
  /** DTMF arrived: the pause in the audio is its own. */
  #isExcused = false
  #frameMs = 20
  #receivedMs = 0
  #listenedMs = 0
  #longestLossMs = 0
  #firstWayMs = Number.POSITIVE_INFINITY

  /** `wallOffsetMs`: whole milliseconds to add to arrival times for wall-clock time. `share` of the audio is decoded. */
  constructor(payloadTypes: PayloadTypes, wallOffsetMs: number, share: number) {
    this.payloadTypes = payloadTypes
    this.#wallOffsetMs = wallOffsetMs
    this.#share = share
  }

  /** Takes a packet whose header is valid. */
  receive(bytes: Uint8Array, arrivalMs: number): void {
    this.#order.push(bytes, arrivalMs)
  }

  /** Nothing is expected for a while: what follows begins anew. */
  pause(): void {
    this.#order.restart()
    this.#isFresh = true
  }

  /** Nothing follows. */
  finish(): void {
    this.#order.flush()
    this.#detector.finish()
  }

  heard(): Heard {
    const { audibleMs, firstAudible, longestSilenceMs } = this.#loudness
    return {
      listenedMs: this.#listenedMs,
      coverage: this.#receivedMs === 0 ? 0 : Math.min(1, this.#listenedMs / this.#receivedMs),
      audibleMs,
      firstAudibleMs: firstAudible === undefined ? undefined : firstAudible + this.#firstWayMs,
      longestSilenceMs,
      longestLossMs: this.#longestLossMs,
      voices: this.#voices.report(),
    }
  }

  onPacket(bytes: Uint8Array, arrivalMs: number, missing: number): void {
    const payloadType = payloadTypeOf(bytes)
    const encoding = this.payloadTypes.encoding(payloadType)
    if (encoding === 'telephone-event' || encoding === 'CN') this.#isExcused = true
    else if (encoding && this.#useCodec(encoding)) {
      const unitsPerMs = this.payloadTypes.unitsPerMs(payloadType)
      const timestamp = timestampOf(bytes)
      this.#take(bytes, arrivalMs, ((timestamp - this.#timestamp) | 0) / unitsPerMs, missing)
      this.#timestamp = (timestamp + Math.round(this.#frameMs * unitsPerMs)) >>> 0
    }
  }

  onMark(mark: HeardMark): void {
    const heardMs = mark.startMs + this.#transit.shortest(mark.startMs, mark.startMs + markMs)
    this.#voices.add(mark, heardMs, heardMs + this.#wallOffsetMs)
  }

  onLevel(meanSquare: number, startMs: number): void {
    if (!this.#isExcused) this.#loudness.add(meanSquare, startMs)
  }

  /** `pauseMs`: from the end of the audio before to this packet, by their timestamps. */
  #take(bytes: Uint8Array, arrivalMs: number, pauseMs: number, missing: number): void {
    const isWindow = this.#share >= 1 || this.#receivedMs % (windowMs / this.#share) < windowMs
    if (!isWindow) {
      this.#isFresh = true
      this.#receivedMs += this.#frameMs
      return
    }
    if (missing < 0 || this.#isFresh || Math.abs(pauseMs) > longestPauseMs) this.#begin()
    else if (pauseMs > 0) this.#passPause(pauseMs, missing > 0 && !this.#isExcused)
    this.#play(bytes, arrivalMs)
  }

  /** Up to the next bucket of transit times there is silence: earlier packets say nothing of the way of later ones. */
  #begin(): void {
    const { bucketMs } = TransitTimes
    this.#pushSilence(bucketMs - (this.#detector.positionMs % bucketMs))
    this.#loudness.pause()
    this.#isFresh = false
  }

  #passPause(pauseMs: number, isLoss: boolean): void {
    if (isLoss) {
      this.#receivedMs += pauseMs
      this.#listenedMs += pauseMs
      this.#longestLossMs = Math.max(this.#longestLossMs, pauseMs)
      this.#detector.push(silence, Math.round(pauseMs * samplesPerMs))
    } else this.#pushSilence(pauseMs)
  }

  /** Silence that nobody is blamed for. */
  #pushSilence(durationMs: number): void {
    this.#isExcused = true
    this.#detector.push(silence, Math.round(durationMs * samplesPerMs))
    this.#isExcused = false
  }

  #play(bytes: Uint8Array, arrivalMs: number): void {
    const position = this.#detector.positionMs
    const count = this.#decoder?.decode(bytes, samples, payloadStart(bytes), payloadEnd(bytes)) ?? 0
    if (count === 0) return
    const transit = arrivalMs - position
    this.#transit.note(position, transit)
    const halves = this.#decodedPerMs > samplesPerMs
    this.#isExcused = false
    this.#detector.push(samples, halves ? this.#halver.halve(samples, count) : count)
    this.#frameMs = count / this.#decodedPerMs
    this.#receivedMs += this.#frameMs
    this.#listenedMs += this.#frameMs
    const { firstAudible } = this.#loudness
    if (firstAudible !== undefined && position < firstAudible + firstSoundMs) {
      this.#firstWayMs = Math.min(this.#firstWayMs, transit)
    }
  }

  /** False for a codec that cannot be decoded. */
  #useCodec(name: CodecName): boolean {
    if (name === this.#codec) return this.#decoder !== undefined
    const { coder } = codecs[name]
    this.#codec = name
    this.#isFresh = true
    if (!coder) {
      this.#decoder = undefined
      return false
    }
    const rate = coder.decodedRates.includes(listeningRate) ? listeningRate : 2 * listeningRate
    this.#decodedPerMs = rate / 1000
    this.#decoder = coder.newDecoder(rate)
    return true
  }
}
