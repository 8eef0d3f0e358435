import type { CapturedMessage, CaptureEvent } from './captured-message.js'
import type { CapturedPacket } from './captured-packet.js'
import type { DropNote } from './file/packet-reader.js'
import { endpointOf } from './network/address-book.js'
import type { Datagram } from './network/datagram.js'
import type { LostDatagram } from './network/defragmenter.js'
import { readIcmpError } from './network/icmp-error.js'
import { NetworkReader } from './network/network-reader.js'
import type { RtpUser } from './rtp/captured-rtp.js'
import { RtpTable } from './rtp/rtp-table.js'
import type { TlsObserver } from './stream/tcp-connection.js'
import { TcpTable } from './stream/tcp-table.js'
import { UdpMessages } from './udp-messages.js'

const udpHeaderBytes = 8
/** RFC 7983 7: the first octet tells RTP and RTCP from all else; SIP begins with a letter. */
const versionMask = 0xc0
const rtpVersion = 0x80

/** Messages that are read later than they came: what depends on them waits. */
export interface LateMessages {
  readonly isWaiting: boolean
  later(task: () => void): void
}

/** From packets to what is judged, in one pass and one direction; knows neither files nor other programs. */
export class Dissector {
  readonly network: NetworkReader
  frames = 0
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  readonly #udp: UdpMessages
  readonly #tcp: TcpTable
  /** Undefined when nobody asks for RTP. */
  readonly #rtp: RtpTable | undefined
  readonly #deliver: (event: CaptureEvent) => void
  readonly #late: LateMessages

  constructor(
    deliver: (event: CaptureEvent) => void,
    onTls: TlsObserver,
    rtpUser: RtpUser | undefined,
    late: LateMessages,
  ) {
    this.#deliver = deliver
    this.#late = late
    this.network = new NetworkReader({
      onUdp: (datagram) => this.#receiveUdp(datagram),
      onTcp: (datagram) => this.#tcp.receive(datagram),
      onIcmp: (datagram) => this.#receiveIcmp(datagram),
      onLost: (lost) => this.#tellLost(lost),
    })
    this.#udp = new UdpMessages(this.network.book, deliver)
    this.#tcp = new TcpTable(this.network.book, deliver, onTls)
    this.#rtp = rtpUser && new RtpTable(this.network.book, rtpUser)
  }

  /** Times of the first and the last packet, whichever way round they came; undefined before any. */
  get firstMs(): number | undefined {
    return this.frames === 0 ? undefined : this.#firstMs
  }

  get lastMs(): number | undefined {
    return this.frames === 0 ? undefined : this.#lastMs
  }

  receive(packet: CapturedPacket): void {
    this.frames = packet.frame
    if (packet.atMs < this.#firstMs) this.#firstMs = packet.atMs
    if (packet.atMs > this.#lastMs) this.#lastMs = packet.atMs
    this.network.receive(packet)
  }

  /** The capturing program lost packets, after the last packet received. */
  drop({ packets }: DropNote): void {
    const atMs = this.lastMs ?? 0
    const text = `the capturing program lost ${packets} packets`
    const window = { fromMs: this.firstMs ?? atMs, toMs: atMs, afterFrame: this.frames }
    this.#deliver({ kind: 'loss', reason: 'dropped', ...window, count: packets, text })
  }

  /** A SIP message, in the order of frames, whatever it travelled in: its description tells where media will be. */
  describe(message: CapturedMessage): void {
    this.#rtp?.receiveMessage(message)
  }

  /** All events were delivered: what is known of media is told. */
  endMedia(): void {
    this.#rtp?.end()
  }

  /** The capture is over: what is incomplete is told as it is. */
  end(): void {
    this.network.end()
    this.#tcp.end()
  }

  #receiveUdp(datagram: Datagram): void {
    const from = datagram.start + udpHeaderBytes
    if (from >= datagram.end) return
    if ((datagram.bytes[from]! & versionMask) !== rtpVersion) this.#udp.receive(datagram)
    else if (this.#rtp !== undefined) this.#receiveRtp(this.#rtp, datagram)
  }

  /** What the payload types mean is told by messages before it. */
  #receiveRtp(rtp: RtpTable, datagram: Datagram): void {
    if (!this.#late.isWaiting) {
      rtp.receive(datagram)
      return
    }
    const { source, destination, frame, atMs, start, end } = datagram
    const bytes = Buffer.from(datagram.bytes.subarray(start, end))
    this.#late.later(() => rtp.receive({ source, destination, frame, atMs, bytes, start: 0, end: bytes.length }))
  }

  #receiveIcmp(datagram: Datagram): void {
    const { book } = this.network
    const error = readIcmpError(datagram, book)
    if (error === undefined) return
    const { source, sourcePort, destination, destinationPort, protocol } = error
    const isSip =
      protocol === 'udp'
        ? this.#udp.isSipSocket(source, sourcePort) || this.#udp.isSipSocket(destination, destinationPort)
        : this.#tcp.carriesSip(endpointOf(source, sourcePort), endpointOf(destination, destinationPort))
    if (!isSip) return
    this.#deliver({
      kind: 'unreachable',
      atMs: datagram.atMs,
      frames: datagram.frames ?? [datagram.frame],
      reporter: book.text(datagram.source),
      source: { host: book.text(source), port: sourcePort },
      destination: { host: book.text(destination), port: destinationPort },
      transport: protocol,
      type: error.type,
      code: error.code,
    })
  }

  #tellLost({ source, destination, fromMs, toMs, frame }: LostDatagram): void {
    const { book } = this.network
    this.#deliver({
      kind: 'loss',
      reason: 'fragment',
      fromMs,
      toMs,
      afterFrame: frame,
      source: { host: book.text(source), port: 0 },
      destination: { host: book.text(destination), port: 0 },
      count: 1,
      text: 'an IP datagram lacks fragments',
    })
  }
}
