import type { Rng } from '../base/rng.js'
import { EventSender, eventPayloadBytes } from './codec/telephone-event.js'
import type { PacketSlot } from './packet-pool.js'
import { fixedHeaderBytes, writeRtpHeader } from './rtp/rtp-header.js'
import type { AudioTrack } from './source/audio-track.js'
import type { StreamSettings } from './stream-host.js'

/** Where in its sequence a stream stands. */
export interface SendPosition {
  /** Of the next packet. */
  readonly sequence: number
  /** A timestamp, and the tick that it stands for. */
  readonly timestamp: number
  readonly timestampTick: number
  /** The next packet begins a talkspurt (RFC 3551 4.1). */
  readonly marker: boolean
}

/** What one stream sends, packet by packet, before protection. Pure: the time is passed in. */
export class OutgoingPackets {
  readonly events = new EventSender()
  track: AudioTrack
  unitsPerMs: number
  readonly #rng: Rng
  #sequence = 0
  #timestamp = 0
  #timestampTick = 0
  #marker = true

  constructor(track: AudioTrack, clockRate: number, rng: Rng, nowMs: number) {
    this.track = track
    this.unitsPerMs = clockRate / 1000
    this.#rng = rng
    this.restart(clockRate, nowMs)
  }

  /** Another source begins (RFC 3550 5.1). */
  restart(clockRate: number, nowMs: number): void {
    this.unitsPerMs = clockRate / 1000
    this.#sequence = firstSequence(this.#rng)
    this.#timestamp = this.#rng.uint32()
    this.#timestampTick = Math.floor(nowMs)
    this.#marker = true
  }

  get position(): SendPosition {
    const [sequence, timestamp, timestampTick] = [this.#sequence, this.#timestamp, this.#timestampTick]
    return { sequence, timestamp, timestampTick, marker: this.#marker }
  }

  set position(position: SendPosition) {
    this.#sequence = position.sequence
    this.#timestamp = position.timestamp
    this.#timestampTick = position.timestampTick
    this.#marker = position.marker
  }

  /** A pause in sending ends or begins: what follows is a new talkspurt (RFC 3551 4.1). */
  markTalkspurt(): void {
    this.#marker = true
  }

  /** The packet for the frame of `frameMs` that begins at `dueTick`; undefined where there is nothing to send. */
  write(slot: PacketSlot, settings: StreamSettings, dueTick: number, frameMs: number): Buffer | undefined {
    const timestamp = this.#advance(dueTick)
    const packet =
      this.#writeEvent(slot, settings, timestamp, frameMs) ?? this.#writeAudio(slot, settings, timestamp, dueTick)
    if (packet) this.#sequence = (this.#sequence + 1) & 0xffff
    return packet
  }

  /** The next frame passes without a packet. */
  skip(): void {
    this.track.skip()
    this.#marker = true
  }

  timestampAt(nowMs: number): number {
    return (this.#timestamp + Math.round((nowMs - this.#timestampTick) * this.unitsPerMs)) >>> 0
  }

  /** Timestamps follow the schedule through pauses and skipped frames (RFC 3550 5.1). */
  #advance(dueTick: number): number {
    this.#timestamp = (this.#timestamp + (dueTick - this.#timestampTick) * this.unitsPerMs) >>> 0
    this.#timestampTick = dueTick
    return this.#timestamp
  }

  #writeEvent(slot: PacketSlot, settings: StreamSettings, timestamp: number, frameMs: number): Buffer | undefined {
    const { telephoneEventPayloadType: payloadType, ssrc } = settings
    if (this.events.idle || payloadType === undefined) return undefined
    const step = this.events.next(timestamp, frameMs, this.unitsPerMs, slot.bytes, fixedHeaderBytes)
    if (step === 'audio') return undefined
    this.track.skip()
    const { marker, timestamp: start } = this.events
    writeRtpHeader(slot.bytes, payloadType, marker, this.#sequence, start, ssrc)
    return slot.packet(fixedHeaderBytes + eventPayloadBytes)
  }

  /** Undefined where the track has nothing to send: what follows is a new talkspurt. */
  #writeAudio(slot: PacketSlot, settings: StreamSettings, timestamp: number, dueTick: number): Buffer | undefined {
    const payload = this.track.next(dueTick)
    if (payload.length === 0) {
      this.#marker = true
      return undefined
    }
    writeRtpHeader(slot.bytes, settings.payloadType, this.#marker, this.#sequence, timestamp, settings.ssrc)
    this.#marker = false
    slot.bytes.set(payload, fixedHeaderBytes)
    return slot.packet(fixedHeaderBytes + payload.length)
  }
}

/** RFC 3711 3.3.1, RFC 4568 6.4: below 2^15, so that losses at the start cannot leave the rollover counter in doubt. */
const firstSequence = (rng: Rng): number => rng.integer(0, 0x7fff)
