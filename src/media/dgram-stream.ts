import type { RemoteInfo } from 'node:dgram'
import type { Rng } from '../base/rng.js'
import type { StreamReport } from '../model/record.js'
import { codecs } from './codec/registry.js'
import { EventSender, eventPayloadBytes } from './codec/telephone-event.js'
import { hearingOf } from './mark/hearing.js'
import { Listener } from './mark/listener.js'
import type { Speaker } from './mark/speaker.js'
import type { PacedEntry } from './pacing-wheel.js'
import type { PacketSlot } from './packet-pool.js'
import type { PacketReceiver, PortPair } from './port-pairs.js'
import { ReceiveStatistics } from './receive-statistics.js'
import { PacketKeeper } from './recording/packet-keeper.js'
import { rtcpIntervalMs } from './rtcp/rtcp-interval.js'
import { RtcpSession } from './rtcp/rtcp-session.js'
import type { PayloadTypes } from './rtp/payload-types.js'
import { fixedHeaderBytes, looksLikeRtcp, sequenceOf, ssrcOf, writeRtpHeader } from './rtp/rtp-header.js'
import type { AudioTrack } from './source/audio-track.js'
import { addressesOf, rtcpRemoteOf } from './stream-addresses.js'
import type { StreamHost, StreamParts, StreamSettings } from './stream-host.js'
import type { StreamAddresses, StreamHandle } from './stream-port.js'
import { reportOf } from './stream-report.js'
import { StreamSecurity } from './stream-security.js'
import type { RelayChannel } from './webrtc/servers/relay-channel.js'

/** One stream on a pair of dgram sockets. */
export class DgramStream implements PacedEntry, PacketReceiver {
  dueTick = 0
  periodMs: number
  wheelNext: PacedEntry | undefined = undefined
  wheelPrevious: PacedEntry | undefined = undefined
  wheelSlot = -1
  wheelPhase = 0
  readonly handle: StreamHandle
  readonly settings: StreamSettings
  readonly pair: PortPair
  readonly received: ReceiveStatistics
  readonly speaker: Speaker | undefined
  readonly #listener: Listener | undefined
  readonly security: StreamSecurity
  rtcpDueMs = Number.POSITIVE_INFINITY
  readonly #host: StreamHost
  readonly #rtcp: RtcpSession
  readonly events = new EventSender()
  readonly rng: Rng
  #track: AudioTrack
  #unitsPerMs: number
  #sequence: number
  #timestamp: number
  #timestampTick: number
  #marker = true
  /** What is sent goes through it, and not straight to the remote address. */
  relay: Pick<RelayChannel, 'send'> | undefined
  readonly #keeper: PacketKeeper | undefined

  constructor({ handle, settings, pair, track, rng, speaker }: StreamParts, host: StreamHost) {
    this.handle = handle
    this.settings = settings
    this.pair = pair
    this.#host = host
    this.periodMs = track.ptimeMs ?? settings.ptimeMs
    this.rng = rng
    this.#sequence = firstSequence(this.rng)
    this.#timestamp = this.rng.uint32()
    this.#timestampTick = Math.floor(host.clock.nowMs())
    const { clockRate } = codecs[settings.codec]
    this.#unitsPerMs = clockRate / 1000
    const { ptimeMs, terminal } = settings
    this.received = new ReceiveStatistics(host.table, handle, clockRate, ptimeMs, terminal.jitterBuffer)
    this.#rtcp = new RtcpSession(host.table, handle, settings, clockRate, this.received)
    this.#track = track
    this.speaker = speaker
    const { listening = 0 } = settings
    if (listening > 0) this.#listener = new Listener(this.received.payloadTypes, host.wallOffsetMs, listening)
    this.security = new StreamSecurity(host, handle, settings.keys)
    this.#keeper = host.recording && new PacketKeeper(host.recording)
    if (host.rtcpIntervalMs > 0) {
      this.rtcpDueMs = host.clock.nowMs() + rtcpIntervalMs(host.rtcpIntervalMs, true, this.rng)
    }
  }

  /** Whether it belongs on the wheel. */
  get paced(): boolean {
    return this.settings.sending && !this.security.awaited && (this.settings.remote?.port ?? 0) > 0
  }

  /** Other audio from here on; codec and packet time may have changed with it. */
  useTrack(track: AudioTrack): void {
    const { codec, ptimeMs } = this.settings
    this.#track = track
    this.periodMs = track.ptimeMs ?? ptimeMs
    this.received.ptimeMs = ptimeMs
    const { clockRate } = codecs[codec]
    if (clockRate !== this.#unitsPerMs * 1000) this.#changeClock(clockRate)
  }

  /** RFC 7160 4.1: with another clock rate another source begins, but in place of one that a=ssrc names none may. */
  #changeClock(clockRate: number): void {
    if (!this.settings.webrtc) {
      this.sendBye(this.#host.clock.nowMs())
      this.settings.ssrc = this.rng.uint32()
    }
    this.#unitsPerMs = clockRate / 1000
    this.#rtcp.changeSource(clockRate)
    this.#sequence = firstSequence(this.rng)
    this.#timestamp = this.rng.uint32()
    this.#timestampTick = Math.floor(this.#host.clock.nowMs())
    this.#marker = true
  }

  /** What may arrive from now on. */
  usePayloadTypes(payloadTypes: PayloadTypes): void {
    this.received.payloadTypes = payloadTypes
    if (this.#listener) this.#listener.payloadTypes = payloadTypes
  }

  /** Nothing is expected until the next packet. */
  pauseReceiving(): void {
    this.received.pause()
    this.#listener?.pause()
  }

  /** A pause in sending ends or begins: what follows is a new talkspurt (RFC 3551 4.1). */
  markTalkspurt(): void {
    this.#marker = true
  }

  sendFrame(dueTick: number): void {
    const { settings } = this
    const remote = settings.remote
    if (!remote || dueTick < settings.startMs) return
    const timestamp = this.#advance(dueTick)
    const { table, sendLag, clock, tap, packets } = this.#host
    const slot = packets.take(this)
    const packet = this.#writeEvent(slot, timestamp) ?? this.#writeAudio(slot, timestamp, dueTick)
    if (!packet) {
      packets.give(slot)
      return
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
    // Before protection, which writes into the same bytes.
    if (tap) tap(this.handle, 'sent', 'rtp', packet, clock.nowMs())
    const sealed = this.security.sealRtp(slot, packet)
    if (this.relay) this.relay.send(sealed, slot.onSent)
    else this.pair.rtp.send(sealed, remote.port, remote.host, slot.onSent)
    table.packetsSent[this.handle]!++
    table.octetsSent[this.handle]! += packet.length - fixedHeaderBytes
    sendLag.record(clock.nowMs() - dueTick)
  }

  skipFrame(dueTick: number): void {
    if (dueTick < this.settings.startMs) return
    this.#host.table.sendsSkipped[this.handle]!++
    this.#track.skip()
    this.#marker = true
  }

  onRtpPacket(bytes: Uint8Array, from: RemoteInfo): void {
    // RFC 5761: some far sides send RTCP to the RTP port, agreed or not.
    if (looksLikeRtcp(bytes)) {
      this.onRtcpPacket(bytes)
      return
    }
    const host = this.#host
    const nowMs = host.clock.nowMs()
    if (this.pair.isLeftover(ssrcOf(bytes), sequenceOf(bytes))) {
      host.table.stalePackets[this.handle]!++
      return
    }
    const packet = this.security.openRtp(bytes, nowMs)
    if (!packet) return
    const remote = this.settings.remote
    if (remote && (from.port !== remote.port || from.address !== remote.host) && !this.#acceptFrom(from)) return
    this.received.receive(packet, nowMs)
    this.#keeper?.push(packet, this.received.payloadTypes, nowMs)
    this.#listener?.receive(packet, nowMs)
    if (!this.settings.receiving) this.pauseReceiving()
    if (host.tap) host.tap(this.handle, 'received', 'rtp', packet, nowMs)
  }

  onRtcpPacket(bytes: Uint8Array): void {
    const host = this.#host
    const nowMs = host.clock.nowMs()
    const packet = this.security.openRtcp(bytes, nowMs)
    if (!packet) return
    const defect = this.#rtcp.receive(packet, nowMs, nowMs + host.wallOffsetMs)
    if (defect) this.#countMalformed(`rtcp/${defect}`)
    else if (host.tap) host.tap(this.handle, 'received', 'rtcp', packet, nowMs)
  }

  #countMalformed(kind: string): void {
    this.#host.table.malformed[this.handle]!++
    this.#host.countMalformed(kind)
  }

  onSendFailure(): void {
    this.#host.countSendFailure()
  }

  /** Sends a report when it is due. */
  sendDueReport(nowMs: number): void {
    if (nowMs < this.rtcpDueMs) return
    this.rtcpDueMs = nowMs + rtcpIntervalMs(this.#host.rtcpIntervalMs, false, this.rng)
    this.#sendReport(nowMs, false)
  }

  /** RFC 3550 6.3.7; one that never sent anything says no goodbye. */
  sendBye(nowMs: number): void {
    const { packetsSent, rtcpSent } = this.#host.table
    const spoke = (packetsSent[this.handle] ?? 0) > 0 || (rtcpSent[this.handle] ?? 0) > 0
    if (spoke && this.#host.rtcpIntervalMs > 0) this.#sendReport(nowMs, true)
  }

  /** Neither sends nor receives any more. */
  end(nowMs: number): void {
    this.sendBye(nowMs)
    this.#listener?.finish()
  }

  report(): StreamReport {
    return reportOf(this.#host.table, this.handle, {
      direction: this.settings.direction,
      codec: this.settings.codec,
      local: { host: this.pair.host, port: this.pair.port },
      remote: this.settings.remote,
      roundTripsMs: [...this.#rtcp.roundTripsMs],
      remoteView: this.#rtcp.remoteView,
      received: this.received,
      terminal: this.settings.terminal,
      hearing: hearingOf(this.speaker, this.#listener, this.settings.source),
      srtpSuite: this.security.suite,
      recorded: this.#keeper?.packets,
    })
  }

  /** Nothing more is received. */
  close(): void {
    this.#keeper?.close()
  }

  addresses(): StreamAddresses {
    return addressesOf(this.pair, this.settings)
  }

  #sendReport(nowMs: number, bye: boolean): void {
    const to = rtcpRemoteOf(this.settings)
    if (!to || this.security.awaited) return
    const rtpNow = (this.#timestamp + Math.round((nowMs - this.#timestampTick) * this.#unitsPerMs)) >>> 0
    const bytes = this.#rtcp.write(nowMs, nowMs + this.#host.wallOffsetMs, rtpNow, bye)
    if (this.#host.tap) this.#host.tap(this.handle, 'sent', 'rtcp', bytes, nowMs)
    const sealed = this.security.sealRtcp(bytes)
    if (this.relay) this.relay.send(sealed, this.pair.onSent)
    else this.pair.rtcp.send(sealed, to.port, to.host, this.pair.onSent)
  }

  /** Timestamps follow the schedule through pauses and skipped frames (RFC 3550 5.1). */
  #advance(dueTick: number): number {
    this.#timestamp = (this.#timestamp + (dueTick - this.#timestampTick) * this.#unitsPerMs) >>> 0
    this.#timestampTick = dueTick
    return this.#timestamp
  }

  #writeEvent(slot: PacketSlot, timestamp: number): Buffer | undefined {
    const payloadType = this.settings.telephoneEventPayloadType
    if (this.events.idle || payloadType === undefined) return undefined
    const { ssrc } = this.settings
    const step = this.events.next(timestamp, this.periodMs, this.#unitsPerMs, slot.bytes, fixedHeaderBytes)
    if (step === 'audio') return undefined
    this.#track.skip()
    const { marker, timestamp: start } = this.events
    writeRtpHeader(slot.bytes, payloadType, marker, this.#sequence, start, ssrc)
    return slot.packet(fixedHeaderBytes + eventPayloadBytes)
  }

  /** Undefined where the track has nothing to send: what follows is a new talkspurt. */
  #writeAudio(slot: PacketSlot, timestamp: number, dueTick: number): Buffer | undefined {
    const payload = this.#track.next(dueTick)
    if (payload.length === 0) {
      this.#marker = true
      return undefined
    }
    const { payloadType, ssrc } = this.settings
    writeRtpHeader(slot.bytes, payloadType, this.#marker, this.#sequence, timestamp, ssrc)
    this.#marker = false
    slot.bytes.set(payload, fixedHeaderBytes)
    return slot.packet(fixedHeaderBytes + payload.length)
  }

  #acceptFrom(from: RemoteInfo): boolean {
    this.#host.table.unexpectedSource[this.handle]!++
    const policy = this.settings.unexpectedSource ?? 'take'
    if (policy === 'latch') this.settings.remote = { host: from.address, port: from.port }
    return policy !== 'reject'
  }
}

/** RFC 3711 3.3.1, RFC 4568 6.4: below 2^15, so that losses at the start cannot leave the rollover counter in doubt. */
const firstSequence = (rng: Rng): number => rng.integer(0, 0x7fff)
