import type { Address } from '../../model/address.js'
import { linkType } from '../captured-packet.js'
import { clearTlsInterface } from '../file/pcapng-interface.js'
import { CallHold } from './call-hold.js'
import { type CaptureFigures, CaptureFile } from './capture-file.js'
import { ConnectionWriter, type Sender } from './connection-writer.js'
import { udpPacket } from './ip-packet.js'
import { callIdOf } from './message-units.js'
import { enhancedPacket, interfaceDescription, sectionHeader, tlsSecrets } from './pcapng-blocks.js'
import type { ConnectionKind, TrafficUser } from './traffic-user.js'

export interface RunCaptureOptions {
  readonly file: string
  /** `siploadgen/0.1.0`. */
  readonly application: string
  /** Name of the scenario, for the comment. */
  readonly scenario: string
  readonly keep: 'everything' | 'newest' | 'failed calls'
  readonly limitBytes: number
}

/** The interfaces of the file, by number. */
const interfaces = { wire: 0, clearTls: 1, clearMedia: 2 } as const

/** An RTP or RTCP packet; `keptBytes` of it go into the file. */
type MediaWriter = (atMs: number, source: Address, destination: Address, bytes: Uint8Array, keptBytes: number) => void

/** IPv4 and UDP headers before what they carry. */
const udpHeaderBytes = (packet: Buffer): number => (packet[0]! >> 4 === 4 ? 28 : 48)

/** What a run sends and receives, as a capture of it would show it: times are milliseconds since 1970. */
export class RunCapture implements TrafficUser {
  readonly #file: CaptureFile
  readonly #hold: CallHold | undefined
  #identification = 0

  constructor(options: RunCaptureOptions) {
    const { keep, file, limitBytes } = options
    this.#hold = keep === 'failed calls' ? new CallHold() : undefined
    this.#file = new CaptureFile({
      file,
      limitBytes,
      header: headerOf(options),
      keep: keep === 'newest' ? keep : 'first',
    })
  }

  /** A SIP datagram. */
  datagram(atMs: number, source: Address, destination: Address, bytes: Uint8Array): void {
    if (this.#hold === undefined) {
      this.#udp(atMs, source, destination, bytes)
      return
    }
    const copy = Buffer.from(bytes)
    this.#hold.hold(callIdOf(copy), copy.length, () => this.#udp(atMs, source, destination, copy))
  }

  /** A connection has come up; `secure` when its octets travel in TLS and are told in clear. */
  connection(
    atMs: number,
    ends: Readonly<Record<Sender, Address>>,
    kind: Pick<ConnectionKind, 'secure' | 'webSocket'>,
  ): ConnectionWriter {
    const index = kind.secure ? interfaces.clearTls : interfaces.wire
    const write = (packetMs: number, packet: Buffer): void => this.#file.packet(enhancedPacket(index, packetMs, packet))
    return new ConnectionWriter(atMs, ends, kind.webSocket, write, this.#hold)
  }

  /** As it travelled. */
  readonly media: MediaWriter = (...packet) => this.#media(interfaces.wire, ...packet)

  /** What travelled as SRTP or SRTCP, in clear: nobody has the keys who reads the file. */
  readonly clearMedia: MediaWriter = (...packet) => this.#media(interfaces.clearMedia, ...packet)

  #media(index: number, ...[atMs, source, destination, bytes, keptBytes]: Parameters<MediaWriter>): void {
    const packet = udpPacket(source, destination, bytes, ++this.#identification)
    const kept = packet.subarray(0, udpHeaderBytes(packet) + keptBytes)
    this.#file.packet(enhancedPacket(index, atMs, kept, packet.length))
  }

  /** A line of a TLS key log. */
  secret(line: string): void {
    this.#file.block(tlsSecrets(line))
  }

  /** A call is over: with `keep: failed calls` it is now written or forgotten. */
  settle(callId: string, failed: boolean): void {
    this.#hold?.settle(callId, failed)
  }

  close(): Promise<CaptureFigures> {
    return this.#file.close()
  }

  #udp(atMs: number, source: Address, destination: Address, bytes: Uint8Array): void {
    const packet = udpPacket(source, destination, bytes, ++this.#identification)
    this.#file.packet(enhancedPacket(interfaces.wire, atMs, packet))
  }
}

function headerOf({ application, scenario }: RunCaptureOptions): Buffer {
  const comment =
    `Traffic of the scenario "${scenario}", made by ${application} itself and not by the network: segments and ` +
    'handshakes of TCP are synthetic. This file holds call content: messages, and audio and TLS keys where the ' +
    'scenario asks for them.'
  return Buffer.concat([
    sectionHeader(application, comment),
    interfaceDescription(linkType.raw, 'wire', 'as on the wire'),
    interfaceDescription(linkType.raw, clearTlsInterface, 'connections that travelled in TLS, in clear'),
    interfaceDescription(linkType.raw, 'srtp-in-clear', 'RTP and RTCP that travelled as SRTP and SRTCP, in clear'),
  ])
}
