import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import type { Address } from '../model/address.js'
import type { StreamReport } from '../model/record.js'
import type { Terminal } from '../model/terminal.js'
import { codecs } from './codec/registry.js'
import { EventSender, eventPayloadBytes } from './codec/telephone-event.js'
import type { PacedEntry } from './pacing-wheel.js'
import type { PacketReceiver, PortPair } from './port-pairs.js'
import { ReceiveStatistics } from './receive-statistics.js'
import { rtcpIntervalMs } from './rtcp/rtcp-interval.js'
import { RtcpSession } from './rtcp/rtcp-session.js'
import { fixedHeaderBytes, looksLikeRtcp, rtpDefect, sequenceOf, ssrcOf, writeRtpHeader } from './rtp/rtp-header.js'
import type { SendLag } from './send-lag.js'
import type { EncodedAudio } from './source/encoded-audio.js'
import type { StatisticsTable } from './statistics-view.js'
import type { ExtendedReports, PacketTap, StreamHandle, StreamSpec } from './stream-port.js'
import { reportOf } from './stream-report.js'

/** Packets that may wait in a socket at once: a buffer is written again only after so many sends. */
const bufferCount = 8

/** What all streams of a port share. */
export interface StreamHost {
  readonly clock: Clock
  /** Add to clock time for wall-clock time. */
  readonly wallOffsetMs: number
  readonly table: StatisticsTable
  readonly sendLag: SendLag
  readonly rtcpIntervalMs: number
  tap: PacketTap | undefined
  countMalformed(kind: string): void
  countSendFailure(): void
}

export type StreamSettings = { -readonly [Name in keyof StreamSpec]: StreamSpec[Name] } & {
  receiving: boolean
  terminal: Terminal
  extendedReports: ExtendedReports
}

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
  rtcpDueMs = Number.POSITIVE_INFINITY
  readonly #host: StreamHost
  readonly #rtcp: RtcpSession
  readonly #events = new EventSender()
  readonly #rng: Rng
  #audio: EncodedAudio
  #frame = 0
  #buffer = 0
  #audioPackets: Uint8Array[] = []
  #eventPackets: Uint8Array[] = []
  #sequence: number
  #timestamp: number
  #timestampTick: number
  #marker = true

  constructor(handle: StreamHandle, settings: StreamSettings, pair: PortPair, audio: EncodedAudio, host: StreamHost) {
    this.handle = handle
    this.settings = settings
    this.pair = pair
    this.#host = host
    this.periodMs = settings.ptimeMs
    this.#rng = new Rng(settings.ssrc, 'rtp')
    this.#sequence = this.#rng.integer(0, 0xffff)
    this.#timestamp = this.#rng.uint32()
    this.#timestampTick = Math.floor(host.clock.nowMs())
    const clockRate = codecs[settings.codec].clockRate
    const { ptimeMs, terminal } = settings
    this.received = new ReceiveStatistics(host.table, handle, clockRate, ptimeMs, terminal.jitterBuffer)
    this.#rtcp = new RtcpSession(host.table, handle, settings, clockRate, this.received)
    this.#audio = audio
    this.useAudio(audio, settings.ptimeMs)
    if (host.rtcpIntervalMs > 0) {
      this.rtcpDueMs = host.clock.nowMs() + rtcpIntervalMs(host.rtcpIntervalMs, true, this.#rng)
    }
  }

  /** Whether it belongs on the wheel. */
  get paced(): boolean {
    return this.settings.sending && (this.settings.remote?.port ?? 0) > 0
  }

  /** Another loop; payload sizes and packet time may change with it. */
  useAudio(audio: EncodedAudio, ptimeMs: number): void {
    if (this.#audioPackets.length === 0 || audio.frameBytes !== this.#audio.frameBytes) this.#allocate(audio.frameBytes)
    this.#audio = audio
    this.#frame = this.#rng.integer(0, audio.frames.length - 1)
    this.periodMs = ptimeMs
    this.received.ptimeMs = ptimeMs
  }

  /** A pause in sending ends or begins: what follows is a new talkspurt (RFC 3551 4.1). */
  markTalkspurt(): void {
    this.#marker = true
  }

  queueEvents(digits: string, toneMs: number, pauseMs: number): void {
    const unitsPerMs = codecs[this.settings.codec].clockRate / 1000
    this.#events.push(digits, toneMs * unitsPerMs, pauseMs * unitsPerMs)
  }

  sendFrame(dueTick: number): void {
    const { settings } = this
    const remote = settings.remote
    if (!remote || dueTick < settings.startMs) return
    const timestamp = this.#advance(dueTick)
    const buffer = (this.#buffer + 1) % bufferCount
    this.#buffer = buffer
    const packet = this.#writeEvent(buffer, timestamp) ?? this.#writeAudio(buffer, timestamp)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.pair.rtp.send(packet, remote.port, remote.host, this.pair.onSent)
    const { table, sendLag, clock, tap } = this.#host
    table.packetsSent[this.handle]!++
    table.octetsSent[this.handle]! += packet.length - fixedHeaderBytes
    const nowMs = clock.nowMs()
    sendLag.record(nowMs - dueTick)
    if (tap) tap(this.handle, 'sent', 'rtp', packet, nowMs)
  }

  skipFrame(dueTick: number): void {
    if (dueTick < this.settings.startMs) return
    this.#host.table.sendsSkipped[this.handle]!++
    this.#frame = (this.#frame + 1) % this.#audio.frames.length
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
    const defect = rtpDefect(bytes)
    if (defect) {
      host.table.malformed[this.handle]!++
      host.countMalformed(`rtp/${defect}`)
      return
    }
    const remote = this.settings.remote
    if (remote && (from.port !== remote.port || from.address !== remote.host) && !this.#acceptFrom(from)) return
    if (this.pair.isLeftover(ssrcOf(bytes), sequenceOf(bytes))) {
      host.table.stalePackets[this.handle]!++
      return
    }
    this.received.receive(bytes, nowMs)
    if (!this.settings.receiving) this.received.pause()
    if (host.tap) host.tap(this.handle, 'received', 'rtp', bytes, nowMs)
  }

  onRtcpPacket(bytes: Uint8Array): void {
    const host = this.#host
    const nowMs = host.clock.nowMs()
    const defect = this.#rtcp.receive(bytes, nowMs, nowMs + host.wallOffsetMs)
    if (defect) {
      host.table.malformed[this.handle]!++
      host.countMalformed(`rtcp/${defect}`)
    } else if (host.tap) host.tap(this.handle, 'received', 'rtcp', bytes, nowMs)
  }

  onSendFailure(): void {
    this.#host.countSendFailure()
  }

  /** Sends a report when it is due. */
  sendDueReport(nowMs: number): void {
    if (nowMs < this.rtcpDueMs) return
    this.rtcpDueMs = nowMs + rtcpIntervalMs(this.#host.rtcpIntervalMs, false, this.#rng)
    this.#sendReport(nowMs, false)
  }

  /** RFC 3550 6.3.7; one that never sent anything says no goodbye. */
  sendBye(nowMs: number): void {
    const { packetsSent, rtcpSent } = this.#host.table
    const spoke = (packetsSent[this.handle] ?? 0) > 0 || (rtcpSent[this.handle] ?? 0) > 0
    if (spoke && this.#host.rtcpIntervalMs > 0) this.#sendReport(nowMs, true)
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
    })
  }

  #rtcpRemote(): Address | undefined {
    const { rtcpRemote, remote } = this.settings
    return rtcpRemote ?? (remote && remote.port < 65_535 ? { host: remote.host, port: remote.port + 1 } : undefined)
  }

  #sendReport(nowMs: number, bye: boolean): void {
    const to = this.#rtcpRemote()
    if (!to) return
    const rtpNow = (this.#timestamp + Math.round((nowMs - this.#timestampTick) * this.#unitsPerMs())) >>> 0
    const bytes = this.#rtcp.write(nowMs, nowMs + this.#host.wallOffsetMs, rtpNow, bye)
    this.pair.rtcp.send(bytes, to.port, to.host, this.pair.onSent)
    if (this.#host.tap) this.#host.tap(this.handle, 'sent', 'rtcp', bytes, nowMs)
  }

  #unitsPerMs(): number {
    return codecs[this.settings.codec].clockRate / 1000
  }

  /** Timestamps follow the schedule through pauses and skipped frames (RFC 3550 5.1). */
  #advance(dueTick: number): number {
    this.#timestamp = (this.#timestamp + (dueTick - this.#timestampTick) * this.#unitsPerMs()) >>> 0
    this.#timestampTick = dueTick
    return this.#timestamp
  }

  #writeEvent(buffer: number, timestamp: number): Uint8Array | undefined {
    const payloadType = this.settings.telephoneEventPayloadType
    if (this.#events.idle || payloadType === undefined) return undefined
    const packet = this.#eventPackets[buffer]
    if (!packet) return undefined
    const units = this.settings.ptimeMs * this.#unitsPerMs()
    if (this.#events.next(timestamp, units, packet, fixedHeaderBytes) === 'audio') return undefined
    const { marker, timestamp: start } = this.#events
    writeRtpHeader(packet, payloadType, marker, this.#sequence, start, this.settings.ssrc)
    return packet
  }

  #writeAudio(buffer: number, timestamp: number): Uint8Array {
    const packet = this.#audioPackets[buffer] ?? new Uint8Array(0)
    const frames = this.#audio.frames
    const frame = frames[this.#frame]
    this.#frame = this.#frame + 1 < frames.length ? this.#frame + 1 : 0
    writeRtpHeader(packet, this.settings.payloadType, this.#marker, this.#sequence, timestamp, this.settings.ssrc)
    this.#marker = false
    if (frame) packet.set(frame, fixedHeaderBytes)
    return packet
  }

  #acceptFrom(from: RemoteInfo): boolean {
    this.#host.table.unexpectedSource[this.handle]!++
    const policy = this.settings.unexpectedSource ?? 'take'
    if (policy === 'latch') this.settings.remote = { host: from.address, port: from.port }
    return policy !== 'reject'
  }

  #allocate(frameBytes: number): void {
    this.#audioPackets = Array.from({ length: bufferCount }, () => Buffer.alloc(fixedHeaderBytes + frameBytes))
    this.#eventPackets = Array.from({ length: bufferCount }, () => Buffer.alloc(fixedHeaderBytes + eventPayloadBytes))
  }
}
