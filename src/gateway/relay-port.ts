import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { RelaySockets } from '../media/relay-sockets.js'
import { looksLikeRtcp, rtpHeaderDefect } from '../media/rtp/rtp-header.js'
import { StreamProtection } from '../media/srtp/stream-protection.js'
import type { StreamSocket } from '../media/stream-socket.js'
import type { DtlsIdentity } from '../media/webrtc/dtls/dtls-identity.js'
import type { Address } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { DelayLine, PacketKind, PacketSink } from './delay-line.js'
import { falsifyReports } from './false-reports.js'
import { ExactLoss } from './fault-plan.js'
import { noRelayCounters, type RelayCounters } from './gateway-statistics.js'
import { LegMedia } from './leg-media.js'
import type { MediaDestination } from './relay-sdp.js'
import { WebRtcLeg } from './webrtc-leg.js'

/** What all ports of a gateway share. */
export interface RelayContext {
  readonly clock: Clock
  readonly sockets: RelaySockets
  readonly line: DelayLine
  readonly rng: Rng
  /** For WebRTC; undefined where the gateway was not told to speak it. */
  identity: DtlsIdentity | undefined
  /** Replaced when the faults change. */
  faults: GatewayFaults
  /** False: whatever arrives is dropped, and no port is opened. */
  up: boolean
}

const VERSION_MASK = 0xc0
const VERSION_2 = 0x80
/** What the system does not take is lost, as UDP may; and nobody waits for a port to be free. */
const ignore = (): void => {}

/**
 * One side of a relayed stream: an RTP and an RTCP socket facing one party. What arrives goes out through the port
 * that faces the other party; what is sent goes to where this party's packets come from (symmetric RTP, RFC 4961),
 * and until then to where its SDP says.
 */
export class RelayPort implements PacketSink {
  readonly port: number
  /** What arrived here and what became of it. */
  readonly counters: RelayCounters = noRelayCounters()
  /** Who sends what arrives here. */
  party: 'caller' | 'callee' | undefined
  /** Drops the RTP that arrives. */
  muted = false
  /** What this party's descriptions have agreed with us. */
  readonly leg: LegMedia
  /** Faces the other party. */
  sink: RelayPort | undefined
  /** Whether anything came since it was last set to false. */
  active = false
  readonly #rtp: StreamSocket
  readonly #rtcp: StreamSocket
  readonly #context: RelayContext
  readonly #loss = new ExactLoss()
  #wanted: MediaDestination = { rtp: undefined, rtcp: undefined }
  #rtpHost = ''
  #rtpPort = 0
  #rtcpHost = ''
  #rtcpPort = 0
  #latched = false
  #rtcpLatched = false
  #closed = false
  #protection: StreamProtection | undefined
  #awaitsKeys = false

  private constructor(host: string, port: number, rtp: StreamSocket, rtcp: StreamSocket, context: RelayContext) {
    this.port = port
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.#context = context
    this.leg = new LegMedia(context.rng.fork('keys'), () => this.#openWebRtc(host))
    rtp.on('message', (bytes, source) => this.#receiveRtp(bytes, source))
    rtcp.on('message', (bytes, source) => this.#receiveRtcp(bytes, source))
  }

  /** Binds `port` and the one above it; undefined when one of them is taken. */
  static open(host: string, port: number, context: RelayContext): RelayPort | undefined {
    const rtp = context.sockets.open(host, port)
    if (!rtp) return undefined
    const rtcp = context.sockets.open(host, port + 1)
    if (rtcp) return new RelayPort(host, port, rtp, rtcp, context)
    rtp.close(ignore)
    return undefined
  }

  /** Takes the destination of an SDP. A new one, as after a re-INVITE, lets the port latch again. */
  direct(wanted: MediaDestination): void {
    if (same(wanted.rtp, this.#wanted.rtp) && same(wanted.rtcp, this.#wanted.rtcp)) return
    this.#wanted = wanted
    this.#latched = false
    this.#rtcpLatched = false
    this.#rtpHost = wanted.rtp?.host ?? ''
    this.#rtpPort = wanted.rtp?.port ?? 0
    this.#rtcpHost = wanted.rtcp?.host ?? ''
    this.#rtcpPort = wanted.rtcp?.port ?? 0
  }

  #openWebRtc(host: string): WebRtcLeg | undefined {
    const { clock, rng, identity } = this.#context
    if (!identity) return undefined
    const send = (bytes: Buffer, to: Address): void => {
      if (!this.#closed) this.#rtp.send(bytes, to.port, to.host, ignore)
    }
    const local = { host, port: this.port }
    return new WebRtcLeg({ clock, rng: rng.fork('ice'), identity, local, send, onChange: () => this.useKeys() })
  }

  get #webrtc(): WebRtcLeg | undefined {
    return this.leg.kind === 'webrtc' ? this.leg.webrtc : undefined
  }

  /** Follows the keys, and with WebRTC the route, that the leg has agreed. */
  useKeys(): void {
    const { keys } = this.leg
    const webrtc = this.#webrtc
    if (webrtc) {
      this.#rtpHost = webrtc.route?.host ?? ''
      this.#rtpPort = webrtc.route?.port ?? 0
    }
    this.#awaitsKeys = keys === 'awaited'
    if (keys === undefined || keys === 'awaited') this.#protection = undefined
    else if (this.#protection) this.#protection.change(keys, this.#context.clock.nowMs())
    else this.#protection = new StreamProtection(keys)
  }

  /** Sends to the party that this port faces; false when nobody knows where it is, or under which keys. */
  send(bytes: Uint8Array, kind: PacketKind): boolean {
    // With WebRTC both go one way (RFC 5761).
    const isApart = kind === 'rtcp' && !this.#webrtc
    const port = isApart ? this.#rtcpPort : this.#rtpPort
    if (this.#closed || port === 0 || this.#awaitsKeys) return false
    const packet = this.#sealed(bytes, kind)
    if (!packet) return false
    if (isApart) this.#rtcp.send(packet, port, this.#rtcpHost, ignore)
    else this.#rtp.send(packet, port, this.#rtpHost, ignore)
    return true
  }

  /** In a buffer of its own, which the socket keeps; undefined for what is no RTP or RTCP and cannot be protected. */
  #sealed(bytes: Uint8Array, kind: PacketKind): Uint8Array | undefined {
    const protection = this.#protection
    if (!protection) return bytes
    const isRtp = kind === 'rtp'
    if (isRtp ? rtpHeaderDefect(bytes) : !looksLikeRtcp(bytes) || bytes.length < 8) return undefined
    const into = Buffer.allocUnsafe(bytes.length + (isRtp ? protection.rtpOverheadBytes : protection.rtcpOverheadBytes))
    const length = isRtp
      ? protection.protectRtp(bytes, bytes.length, into)
      : protection.protectRtcp(bytes, bytes.length, into)
    return into.subarray(0, length)
  }

  /** The packet in clear; undefined when its keys are not the leg's, or not known yet. */
  #opened(bytes: Buffer, isRtp: boolean): Buffer | undefined {
    const protection = this.#protection
    if (!protection && !this.#awaitsKeys) return bytes
    const nowMs = this.#context.clock.nowMs()
    const length = isRtp ? protection?.unprotectRtp(bytes, nowMs) : protection?.unprotectRtcp(bytes, nowMs)
    if (typeof length === 'number') return bytes.subarray(0, length)
    if (isRtp) this.counters.received++
    if (protection) this.counters.unauthenticated++
    else if (isRtp) this.counters.discarded++
    return undefined
  }

  #receiveRtp(bytes: Buffer, source: RemoteInfo): void {
    if (!this.#context.up) return
    const webrtc = this.#webrtc
    if (webrtc) this.#receiveWebRtc(webrtc, bytes, source)
    else this.#receivePlain(bytes, source)
  }

  /** RFC 7983 7: STUN, DTLS, and SRTP from where ICE knows the party to be. */
  #receiveWebRtc(webrtc: WebRtcLeg, bytes: Buffer, source: RemoteInfo): void {
    const from = { host: source.address, port: source.port }
    const first = bytes[0] ?? 0
    if (first < 128 || first > 191) {
      webrtc.onControl(bytes, from)
      return
    }
    const isRtp = !looksLikeRtcp(bytes)
    const packet = webrtc.isKnown(from) ? this.#opened(bytes, isRtp) : undefined
    if (!packet) return
    this.active = true
    if (isRtp) this.#passRtp(packet)
    else this.#passRtcp(packet, 'rtcp')
  }

  #receivePlain(bytes: Buffer, source: RemoteInfo): void {
    // RFC 5761 4: where RTP has its payload type, RTCP has 64 to 95, marker bit aside.
    const type = (bytes[1] ?? 0) & 0x7f
    const isRtp = ((bytes[0] ?? 0) & VERSION_MASK) === VERSION_2 && (type < 64 || type > 95)
    const packet = this.#opened(bytes, isRtp)
    if (!packet) return
    this.active = true
    // The first source after an SDP is taken, and kept: a stray sender cannot take the stream over.
    if (!this.#latched) {
      this.#latched = true
      this.#rtpHost = source.address
      this.#rtpPort = source.port
    }
    if (isRtp) this.#passRtp(packet)
    else this.#passRtcp(packet, 'muxed')
  }

  #receiveRtcp(bytes: Buffer, source: RemoteInfo): void {
    if (!this.#context.up) return
    const packet = this.#opened(bytes, false)
    if (!packet) return
    this.active = true
    if (!this.#rtcpLatched) {
      this.#rtcpLatched = true
      this.#rtcpHost = source.address
      this.#rtcpPort = source.port
    }
    this.#passRtcp(packet, 'rtcp')
  }

  #passRtp(bytes: Buffer): void {
    const { faults, rng, line } = this.#context
    this.counters.received++
    if (this.muted) {
      this.counters.muted++
      return
    }
    const { rtpLoss, rtpLossFrom } = faults
    this.#loss.share = rtpLossFrom === 'both' || rtpLossFrom === this.party ? rtpLoss : 0
    if (this.#loss.next()) {
      this.counters.lost++
      return
    }
    if (faults.rtpDelayMs === 0 && faults.rtpJitterMs === 0) {
      this.release(bytes, 'rtp')
      return
    }
    this.counters.delayed++
    line.hold(bytes, this, 'rtp', faults.rtpDelayMs + rng.next() * faults.rtpJitterMs)
  }

  /** Delay holds for RTCP too, so that its round trips tell of it; loss, jitter and muting are of RTP alone. */
  #passRtcp(bytes: Buffer, kind: PacketKind): void {
    this.counters.rtcpReceived++
    const { faults, line } = this.#context
    // Its reports are of what the other party sent, which went through the other port.
    const { reportedLoss } = faults
    if (reportedLoss !== undefined) falsifyReports(bytes, reportedLoss, this.sink?.counters.received ?? 0)
    if (faults.rtpDelayMs === 0) this.release(bytes, kind)
    else line.hold(bytes, this, kind, faults.rtpDelayMs)
  }

  /** Hands a packet that arrived here to the other side. */
  release(bytes: Uint8Array, kind: PacketKind): void {
    const sent = this.sink?.send(bytes, kind) ?? false
    if (kind !== 'rtp') this.counters.rtcpRelayed += sent ? 1 : 0
    else if (sent) this.counters.relayed++
    else this.counters.discarded++
  }

  close(): void {
    if (this.#closed) return
    this.leg.webrtc?.close()
    this.#closed = true
    this.sink = undefined
    this.#rtp.close(ignore)
    this.#rtcp.close(ignore)
  }
}

const same = (a: Address | undefined, b: Address | undefined): boolean => a?.port === b?.port && a?.host === b?.host
