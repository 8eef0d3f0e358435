import type { Address } from '../../model/address.js'
import { ipProtocol } from '../network/datagram.js'
import { tcpFlag } from '../stream/tcp-header.js'
import { addressBytes } from './ip-address-bytes.js'

const ttl = 64
const ipv4Bytes = 20
const ipv6Bytes = 40
const udpBytes = 8
const tcpBytes = 20
const window = 0xffff
/** Payload of a packet at most: what IPv4 can carry behind the largest of these headers. */
export const longestPayload = 65_535 - ipv4Bytes - tcpBytes

export interface TcpFields {
  readonly sequence: number
  readonly acknowledgement: number
  /** Bits of `tcpFlag`. */
  readonly flags: number
}

const pushFlag = 8
export const tcpFlags = { ...tcpFlag, push: pushFlag } as const

/** A whole IP packet with a UDP datagram and correct checksums. */
export function udpPacket(source: Address, destination: Address, payload: Uint8Array, identification: number): Buffer {
  const packet = newPacket(source, destination, ipProtocol.udp, udpBytes + payload.length, identification)
  const at = packet.length - udpBytes - payload.length
  packet.writeUInt16BE(source.port, at)
  packet.writeUInt16BE(destination.port, at + 2)
  packet.writeUInt16BE(udpBytes + payload.length, at + 4)
  packet.set(payload, at + udpBytes)
  // RFC 768: a sum of 0 is sent as all ones.
  packet.writeUInt16BE(transportSum(packet, at, ipProtocol.udp) || 0xffff, at + 6)
  return packet
}

/** A whole IP packet with a TCP segment and correct checksums. */
export function tcpPacket(
  source: Address,
  destination: Address,
  fields: TcpFields,
  payload: Uint8Array,
  identification: number,
): Buffer {
  const packet = newPacket(source, destination, ipProtocol.tcp, tcpBytes + payload.length, identification)
  const at = packet.length - tcpBytes - payload.length
  packet.writeUInt16BE(source.port, at)
  packet.writeUInt16BE(destination.port, at + 2)
  packet.writeUInt32BE(fields.sequence, at + 4)
  packet.writeUInt32BE(fields.acknowledgement, at + 8)
  packet[at + 12] = (tcpBytes / 4) << 4
  packet[at + 13] = fields.flags
  packet.writeUInt16BE(window, at + 14)
  packet.set(payload, at + tcpBytes)
  packet.writeUInt16BE(transportSum(packet, at, ipProtocol.tcp), at + 16)
  return packet
}

/** The IP header, with room for `length` octets behind it. */
function newPacket(
  source: Address,
  destination: Address,
  protocol: number,
  length: number,
  identification: number,
): Buffer {
  const [from, to] = [addressBytes(source.host), addressBytes(destination.host)]
  if (from.length === 16) {
    const packet = Buffer.alloc(ipv6Bytes + length)
    packet[0] = 0x60
    packet.writeUInt16BE(length, 4)
    packet[6] = protocol
    packet[7] = ttl
    packet.set(from, 8)
    packet.set(to, 24)
    return packet
  }
  const packet = Buffer.alloc(ipv4Bytes + length)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt16BE(identification & 0xffff, 4)
  packet[8] = ttl
  packet[9] = protocol
  packet.set(from, 12)
  packet.set(to, 16)
  packet.writeUInt16BE(complement(sum(packet, 0, ipv4Bytes)), 10)
  return packet
}

/** RFC 1071 over the pseudo-header and the segment at `at`, whose checksum field is still 0. */
function transportSum(packet: Buffer, at: number, protocol: number): number {
  const addresses = packet[0]! >> 4 === 4 ? sum(packet, 12, 20) : sum(packet, 8, 40)
  return complement(addresses + protocol + (packet.length - at) + sum(packet, at, packet.length))
}

function sum(bytes: Buffer, from: number, to: number): number {
  let total = 0
  for (let at = from; at < to; at += 2) total += (bytes[at]! << 8) | (at + 1 < to ? bytes[at + 1]! : 0)
  return total
}

function complement(total: number): number {
  let folded = total
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000)
  return ~folded & 0xffff
}
