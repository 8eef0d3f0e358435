import type { RemoteInfo } from 'node:dgram'
import type { Rng } from '../base/rng.js'
import type { Address } from '../model/address.js'
import type { StreamReport } from '../model/record.js'
import { mostSources } from '../native/reception-addon.js'
import { codecs } from './codec/registry.js'
import { ExpectedSource } from './expected-source.js'
import { hearingOf } from './mark/hearing.js'
import { Listener } from './mark/listener.js'
import type { Speaker } from './mark/speaker.js'
import { OutgoingPackets } from './outgoing-packets.js'
import type { PacedEntry } from './pacing-wheel.js'
import type { PacketReceiver } from './port-pairs.js'
import type { Reception } from './reception.js'
import { PacketKeeper } from './recording/packet-keeper.js'
import { rtcpIntervalMs } from './rtcp/rtcp-interval.js'
import { RtcpSession } from './rtcp/rtcp-session.js'
import type { PayloadTypes } from './rtp/payload-types.js'
import { fixedHeaderBytes, looksLikeRtcp, sequenceOf, ssrcOf } from './rtp/rtp-header.js'
import type { AudioTrack } from './source/audio-track.js'
import { addressesOf, rtcpRemoteOf } from './stream-addresses.js'
import type { StreamHost, StreamParts, StreamSettings } from './stream-host.js'
import { isLeftover, type StreamPlace } from './stream-place.js'
import type { StreamAddresses, StreamHandle } from './stream-port.js'
import { reportOf } from './stream-report.js'
import { StreamSecurity } from './stream-security.js'
import type { RelayChannel } from './webrtc/servers/relay-channel.js'

/** As native/received_stream.cc has it. */
const rtpAliveMs = 1000
/** Reports come every five seconds (RFC 3550 6.2); three may be lost. */
const rtcpAliveMs = 20_000

/** One stream on a pair of sockets, its own or shared. */
export class RtpStream implements PacedEntry, PacketReceiver {
  dueTick = 0
  periodMs: number
  wheelNext: PacedEntry | undefined = undefined
  wheelPrevious: PacedEntry | undefined = undefined
  wheelSlot = -1
  wheelPhase = 0
  readonly handle: StreamHandle
  readonly settings: StreamSettings
  readonly pair: StreamPlace
  readonly received: Reception
  readonly speaker: Speaker | undefined
  readonly #listener: Listener | undefined
  readonly security: StreamSecurity
  rtcpDueMs = Number.POSITIVE_INFINITY
  readonly #host: StreamHost
  readonly #rtcp: RtcpSession
  readonly #rtpSource = new ExpectedSource(rtpAliveMs)
  readonly #rtcpSource = new ExpectedSource(rtcpAliveMs)
  readonly outgoing: OutgoingPackets
  readonly rng: Rng
  /** What is sent goes through it, and not straight to the remote address. */
  #relay: Pick<RelayChannel, 'send'> | undefined
  readonly #keeper: PacketKeeper | undefined
  /** Of a stream over ICE: what the far side described (RFC 5576); none: any may be its. */
  sources: Uint32Array | undefined

  constructor({ handle, settings, pair, track, rng, speaker }: StreamParts, host: StreamHost) {
    this.handle = handle
    this.settings = settings
    this.pair = pair
    this.#host = host
    this.periodMs = track.ptimeMs ?? settings.ptimeMs
    this.rng = rng
    const { clockRate } = codecs[settings.codec]
    this.outgoing = new OutgoingPackets(track, clockRate, rng, host.clock.nowMs())
    const { ptimeMs, terminal } = settings
    this.received = host.openReception(handle, clockRate, ptimeMs, terminal.jitterBuffer)
    this.#rtcp = new RtcpSession(host.table, handle, settings, clockRate, this.received)
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

  /** Whether the native part can count what it receives: RTP, or SRTP by known keys, straight from the far side. */
  get isCountable(): boolean {
    const isDescribed = this.settings.webrtc === undefined || (this.sources?.length ?? Infinity) <= mostSources
    return isDescribed && !this.security.awaited && this.isForThreads
  }

  /** Whether the native part can send it: straight to its remote address. */
  get isForThreads(): boolean {
    return this.#relay === undefined && this.security.isForThreads
  }

  /** RTP and RTCP go there from here on (RFC 5761), through `relay` where there is one. */
  useRoute(to: Address, relay: Pick<RelayChannel, 'send'> | undefined): void {
    this.settings.remote = to
    this.settings.rtcpRemote = to
    this.#relay = relay
  }

  /** Whether anybody wants its packets beside the statistics. */
  get isHeard(): boolean {
    return this.#keeper !== undefined || this.#listener !== undefined || this.#host.tap !== undefined
  }

  /** Other audio from here on; codec and packet time may have changed with it. */
  useTrack(track: AudioTrack): void {
    const { codec, ptimeMs } = this.settings
    this.outgoing.track = track
    this.periodMs = track.ptimeMs ?? ptimeMs
    this.received.ptimeMs = ptimeMs
    const { clockRate } = codecs[codec]
    if (clockRate !== this.outgoing.unitsPerMs * 1000) this.#changeClock(clockRate)
  }

  /** RFC 7160 4.1: with another clock rate another source begins, but in place of one that a=ssrc names none may. */
  #changeClock(clockRate: number): void {
    if (!this.settings.webrtc && this.pair.use !== 'shared') {
      this.sendBye(this.#host.clock.nowMs())
      this.settings.ssrc = this.rng.uint32()
    }
    this.#rtcp.changeSource(clockRate)
    this.outgoing.restart(clockRate, this.#host.clock.nowMs())
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

  sendFrame(dueTick: number): void {
    const { settings } = this
    const remote = settings.remote
    if (!remote || dueTick < settings.startMs) return
    const { table, sendLag, clock, tap, packets } = this.#host
    const slot = packets.take(this)
    const packet = this.outgoing.write(slot, settings, dueTick, this.periodMs)
    if (!packet) {
      packets.give(slot)
      return
    }
    // Before protection, which writes into the same bytes.
    if (tap) tap(this.handle, 'sent', 'rtp', packet, clock.nowMs())
    const sealed = this.security.sealRtp(slot, packet)
    if (this.#relay) this.#relay.send(sealed, slot.onSent)
    else this.pair.rtp.send(sealed, remote.port, remote.host, slot.onSent)
    table.packetsSent[this.handle]!++
    table.octetsSent[this.handle]! += packet.length - fixedHeaderBytes
    sendLag.record(clock.nowMs() - dueTick)
  }

  skipFrame(dueTick: number): void {
    if (dueTick < this.settings.startMs) return
    this.#host.table.sendsSkipped[this.handle]!++
    this.outgoing.skip()
  }

  onRtpPacket(bytes: Uint8Array, from: RemoteInfo, nowMs = this.#host.clock.nowMs(), countedRow?: number): void {
    if (countedRow !== undefined) {
      if (this.#isElsewhere(from)) this.#answer(from)
      this.#hear(bytes, nowMs)
      return
    }
    // RFC 5761: some far sides send RTCP to the RTP port, agreed or not.
    if (looksLikeRtcp(bytes)) {
      this.onRtcpPacket(bytes, from, nowMs)
      return
    }
    const host = this.#host
    if (isLeftover(this.pair.formerSource, ssrcOf(bytes), sequenceOf(bytes))) {
      host.table.stalePackets[this.handle]!++
      return
    }
    const packet = this.security.openRtp(bytes, nowMs)
    if (!packet) return
    if (!this.#isElsewhere(from)) this.#rtpSource.hear(this.settings.remote, nowMs)
    else if (this.#isStranger(this.#rtpSource, nowMs)) return
    else this.#answer(from)
    this.received.receive(packet, nowMs)
    this.#hear(packet, nowMs)
  }

  /** A packet that is counted, for all who want it. */
  #hear(packet: Uint8Array, nowMs: number): void {
    const { tap } = this.#host
    this.#keeper?.push(packet, this.received.payloadTypes, nowMs)
    this.#listener?.receive(packet, nowMs)
    if (!this.settings.receiving) this.pauseReceiving()
    if (tap) tap(this.handle, 'received', 'rtp', packet, nowMs)
  }

  onRtcpPacket(bytes: Uint8Array, from: RemoteInfo, nowMs = this.#host.clock.nowMs()): void {
    const host = this.#host
    const packet = this.security.openRtcp(bytes, nowMs)
    if (!packet) return
    if (!this.#isElsewhere(from) || isFrom(rtcpRemoteOf(this.settings), from)) {
      this.#rtcpSource.hear(this.settings.remote, nowMs)
    } else if (this.#isStranger(this.#rtcpSource, nowMs)) return
    const defect = this.#rtcp.receive(packet, nowMs, nowMs + host.wallOffsetMs)
    if (defect) this.#countMalformed(`rtcp/${defect}`)
    else if (host.tap) host.tap(this.handle, 'received', 'rtcp', packet, nowMs)
  }

  #countMalformed(kind: string): void {
    this.#host.table.malformed[this.handle]!++
    this.#host.tally.countMalformed(kind)
  }

  onSendFailure(): void {
    this.#host.tally.sendFailures++
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
    const bytes = this.#rtcp.write(nowMs, nowMs + this.#host.wallOffsetMs, this.outgoing.timestampAt(nowMs), bye)
    if (this.#host.tap) this.#host.tap(this.handle, 'sent', 'rtcp', bytes, nowMs)
    const sealed = this.security.sealRtcp(bytes)
    if (this.#relay) this.#relay.send(sealed, this.pair.onSent)
    else this.pair.rtcp.send(sealed, to.port, to.host, this.pair.onSent)
  }

  /** Of a packet from elsewhere, which is counted as such: whether it is not to be taken. */
  #isStranger(source: ExpectedSource, nowMs: number): boolean {
    this.#host.table.unexpectedSource[this.handle]!++
    return this.settings.unexpectedSource === 'reject' || source.isAlive(this.settings.remote, nowMs)
  }

  #isElsewhere(from: RemoteInfo): boolean {
    const { remote } = this.settings
    return remote !== undefined && !isFrom(remote, from)
  }

  /** Symmetric RTP (RFC 4961), where it was asked for. */
  #answer({ address, port }: RemoteInfo): void {
    if (this.settings.unexpectedSource === 'latch') this.#host.moveRemote(this.handle, { host: address, port })
  }
}

const isFrom = (expected: Address | undefined, { address, port }: RemoteInfo): boolean =>
  expected !== undefined && port === expected.port && address === expected.host
