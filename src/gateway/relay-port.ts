import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { Rng } from '../base/rng.js'
import type { Address } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { DelayLine, PacketKind, PacketSink } from './delay-line.js'
import { ExactLoss } from './fault-plan.js'
import { noRelayCounters, type RelayCounters } from './gateway-statistics.js'
import type { MediaDestination } from './relay-sdp.js'

/** What all ports of a gateway share. */
export interface RelayContext {
  readonly line: DelayLine
  readonly rng: Rng
  /** Replaced when the faults change. */
  faults: GatewayFaults
}

type Lookup = (
  name: string,
  family: number,
  done: (error: Error | null, address: string, family: number) => void,
) => void

/** Addresses are numeric here; answering within the call lets dgram bind and send without a turn of the event loop. */
const lookup: Lookup = (name, family, done) => done(null, name, family)

const RECEIVE_BUFFER_BYTES = 512 * 1024
const VERSION_MASK = 0xc0
const VERSION_2 = 0x80

/**
 * One side of a relayed stream: an RTP and an RTCP socket facing one party. What arrives goes out through the port
 * that faces the other party; what is sent goes to where this party's packets come from (symmetric RTP, RFC 4961),
 * and until then to where its SDP says.
 */
export class RelayPort implements PacketSink {
  readonly port: number
  /** What arrived here and what became of it. */
  readonly counters: RelayCounters = noRelayCounters()
  /** Drops the RTP that arrives. */
  muted = false
  /** Faces the other party. */
  sink: RelayPort | undefined
  /** Whether anything came since it was last set to false. */
  active = false
  readonly #rtp: Socket
  readonly #rtcp: Socket
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

  private constructor(port: number, rtp: Socket, rtcp: Socket, context: RelayContext) {
    this.port = port
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.#context = context
    rtp.on('message', (bytes, source) => this.#receiveRtp(bytes, source))
    rtcp.on('message', (bytes, source) => this.#receiveRtcp(bytes, source))
  }

  /** Binds `port` and the one above it; undefined when one of them is taken. */
  static open(host: string, port: number, context: RelayContext): RelayPort | undefined {
    const rtp = bindNow(host, port)
    if (!rtp) return undefined
    const rtcp = bindNow(host, port + 1)
    if (rtcp) return new RelayPort(port, rtp, rtcp, context)
    rtp.close()
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

  /** Sends to the party that this port faces; false when nobody knows where it is. */
  send(bytes: Uint8Array, kind: PacketKind): boolean {
    if (kind === 'rtcp') {
      if (this.#closed || this.#rtcpPort === 0) return false
      this.#rtcp.send(bytes, this.#rtcpPort, this.#rtcpHost)
      return true
    }
    if (this.#closed || this.#rtpPort === 0) return false
    this.#rtp.send(bytes, this.#rtpPort, this.#rtpHost)
    return true
  }

  #receiveRtp(bytes: Buffer, source: RemoteInfo): void {
    this.active = true
    // The first source after an SDP is taken, and kept: a stray sender cannot take the stream over.
    if (!this.#latched) {
      this.#latched = true
      this.#rtpHost = source.address
      this.#rtpPort = source.port
    }
    // RFC 5761 4: where RTP has its payload type, RTCP has 64 to 95, marker bit aside.
    const type = (bytes[1] ?? 0) & 0x7f
    const isRtp = ((bytes[0] ?? 0) & VERSION_MASK) === VERSION_2 && (type < 64 || type > 95)
    if (isRtp) this.#passRtp(bytes)
    else this.#passRtcp(bytes, 'muxed')
  }

  #receiveRtcp(bytes: Buffer, source: RemoteInfo): void {
    this.active = true
    if (!this.#rtcpLatched) {
      this.#rtcpLatched = true
      this.#rtcpHost = source.address
      this.#rtcpPort = source.port
    }
    this.#passRtcp(bytes, 'rtcp')
  }

  #passRtp(bytes: Buffer): void {
    const { faults, rng, line } = this.#context
    this.counters.received++
    if (this.muted) {
      this.counters.muted++
      return
    }
    this.#loss.share = faults.rtpLoss
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
    this.#closed = true
    this.sink = undefined
    this.#rtp.close()
    this.#rtcp.close()
  }
}

const same = (a: Address | undefined, b: Address | undefined): boolean => a?.port === b?.port && a?.host === b?.host

function bindNow(host: string, port: number): Socket | undefined {
  const ipv6 = host.includes(':')
  const type = ipv6 ? 'udp6' : 'udp4'
  const socket = createSocket({ type, ipv6Only: ipv6, recvBufferSize: RECEIVE_BUFFER_BYTES, lookup: lookup as never })
  let failed = false
  // Later errors are of single packets, such as ENETUNREACH: lost, as UDP may.
  socket.on('error', () => {
    failed = true
  })
  socket.bind({ port, address: host, exclusive: true })
  if (!failed) return socket
  socket.close()
  return undefined
}
