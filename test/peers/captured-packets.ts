import { readFileSync } from 'node:fs'

/** One UDP packet of a capture. */
export interface Packet {
  readonly atMs: number
  readonly from: string
  readonly to: string
  readonly text: string
}

const FILE_HEADER = 24
const RECORD_HEADER = 16
const ETHERNET = 14
const UDP = 8

/** Reads a pcap file (little-endian, microseconds, Ethernet) of IPv4 and UDP packets. */
export function readPackets(file: string): Packet[] {
  const bytes = readFileSync(file)
  const packets: Packet[] = []
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8)
    if (at + RECORD_HEADER + length > bytes.length) break
    const atMs = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000
    const frame = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length)
    packets.push(readPacket(frame, atMs))
    at += RECORD_HEADER + length
  }
  return packets
}

function readPacket(frame: Buffer, atMs: number): Packet {
  const ip = frame.subarray(ETHERNET)
  const udp = ip.subarray(((ip[0] ?? 0) & 15) * 4, ip.readUInt16BE(2))
  const host = (at: number): string => [...ip.subarray(at, at + 4)].join('.')
  return {
    atMs,
    from: `${host(12)}:${udp.readUInt16BE(0)}`,
    to: `${host(16)}:${udp.readUInt16BE(2)}`,
    text: udp.subarray(UDP).toString('latin1'),
  }
}
