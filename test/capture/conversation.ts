import { tcpFlags, tcpPacket, udpPacket } from '../../src/capture/write/ip-packet.js'
import type { Address } from '../../src/model/address.js'

export const alice: Address = { host: '192.0.2.1', port: 40_000 }
export const gateway: Address = { host: '192.0.2.9', port: 5060 }
export const aliceV6: Address = { host: '2001:db8::1', port: 40_000 }
export const gatewayV6: Address = { host: '2001:db8:0:1::9', port: 5060 }

/** A request that has all header fields a stream needs. */
export const sipRequest = (method: string, cseq: number, body = '', more = ''): string =>
  [
    `${method} sip:bob@example.com SIP/2.0`,
    'Via: SIP/2.0/TCP 192.0.2.1:40000;branch=z9hG4bK776asdhds',
    'From: <sip:alice@example.com>;tag=1928301774',
    'To: <sip:bob@example.com>',
    'Call-ID: a84b4c76e66710',
    `CSeq: ${cseq} ${method}`,
    `${more}Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')

export const sipResponse = (status: number, cseq: number): string =>
  `SIP/2.0 ${status} Some Reason\r\nCSeq: ${cseq} OPTIONS\r\nContent-Length: 0\r\n\r\n`

let identification = 1

/** An IP packet with UDP; identifications are all different. */
export const udp = (text: string | Buffer, from = alice, to = gateway, id = identification++): Buffer =>
  udpPacket(from, to, toBytes(text), id)

const toBytes = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text)

/** One TCP connection that makes its own packets, with the sequence numbers of both ends. */
export class Conversation {
  readonly client: Address
  readonly server: Address
  /** Next sequence number of the client and of the server. */
  readonly next: [number, number]

  constructor(client = alice, server = gateway, starts: readonly [number, number] = [0xffff_ff00, 5000]) {
    this.client = client
    this.server = server
    this.next = [...starts]
  }

  handshake(): Buffer[] {
    const syn = this.packet(0, Buffer.alloc(0), tcpFlags.syn)
    this.#advance(0, 1)
    const synAck = this.packet(1, Buffer.alloc(0), tcpFlags.syn | tcpFlags.acknowledge)
    this.#advance(1, 1)
    return [syn, synAck, this.packet(0)]
  }

  /** Octets from an end (0 the client, 1 the server), cut into segments at the offsets. */
  send(end: 0 | 1, text: string | Buffer, cuts: readonly number[] = []): Buffer[] {
    const bytes = toBytes(text)
    const edges = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
    return edges.slice(1).map((edge, index) => {
      const part = bytes.subarray(edges[index], edge)
      const packet = this.packet(end, part, tcpFlags.acknowledge | tcpFlags.push)
      this.#advance(end, part.length)
      return packet
    })
  }

  finish(end: 0 | 1): Buffer {
    const packet = this.packet(end, Buffer.alloc(0), tcpFlags.fin | tcpFlags.acknowledge)
    this.#advance(end, 1)
    return packet
  }

  /** One segment at the sequence number that is next, or at another. */
  packet(
    end: 0 | 1,
    payload: Buffer = Buffer.alloc(0),
    flags: number = tcpFlags.acknowledge,
    sequence?: number,
  ): Buffer {
    const [own, other] = end === 0 ? [this.client, this.server] : [this.server, this.client]
    const fields = {
      sequence: sequence ?? this.next[end],
      acknowledgement: (flags & tcpFlags.acknowledge) === 0 ? 0 : this.next[end === 0 ? 1 : 0],
      flags,
    }
    return tcpPacket(own, other, fields, payload, identification++)
  }

  #advance(end: 0 | 1, octets: number): void {
    this.next[end] = (this.next[end] + octets) >>> 0
  }
}
