import { isIPv4 } from 'node:net'
import type { CaptureEvent } from '../../src/capture/captured-message.js'
import { eventsOf, type Step } from './flow.js'

/** A pcap file of raw IPv4 packets (link type 101) with the UDP messages of a flow. */
export function pcapOf(steps: readonly Step[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(101, 20)
  return Buffer.concat([header, ...eventsOf(steps).flatMap(recordOf)])
}

function recordOf(event: CaptureEvent): readonly Buffer[] {
  if (event.kind !== 'message' || event.transport !== 'udp') return []
  const { source, destination, bytes, atMs, ttl } = event
  if (!isIPv4(source.host) || !isIPv4(destination.host)) return []
  const packet = Buffer.alloc(28 + bytes.length)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt16BE(event.frames[0] ?? 0, 4)
  packet.writeUInt8(ttl, 8)
  packet.writeUInt8(17, 9)
  Buffer.from(source.host.split('.').map(Number)).copy(packet, 12)
  Buffer.from(destination.host.split('.').map(Number)).copy(packet, 16)
  packet.writeUInt16BE(source.port, 20)
  packet.writeUInt16BE(destination.port, 22)
  packet.writeUInt16BE(8 + bytes.length, 24)
  bytes.copy(packet, 28)
  const record = Buffer.alloc(16)
  record.writeUInt32LE(Math.floor(atMs / 1000), 0)
  record.writeUInt32LE((atMs % 1000) * 1000, 4)
  record.writeUInt32LE(packet.length, 8)
  record.writeUInt32LE(packet.length, 12)
  return [record, packet]
}
