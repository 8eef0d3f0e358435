import { checksumState } from '../network/checksum.js'
import type { Datagram } from '../network/datagram.js'
import type { Segment } from './segment.js'

/*
 *  RFC 9293 3.1
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |          source port          |       destination port        |
 *  |                        sequence number                        |
 *  |                     acknowledgment number                     |
 *  |offset |       | control bits  |            window             |
 */
const fixedBytes = 20

export const tcpFlag = { fin: 1, syn: 2, reset: 4, acknowledge: 16 } as const

/** The TCP header in hand; the object is used again for each. */
export class TcpHeader {
  sourcePort = 0
  destinationPort = 0
  sequence = 0
  acknowledgement = 0
  flags = 0
  /** Payload within the bytes of the datagram. */
  start = 0

  /** False when there is no whole header. */
  read({ bytes, start, end }: Datagram): boolean {
    if (start + fixedBytes > end) return false
    const headerBytes = (bytes[start + 12]! >> 4) * 4
    if (headerBytes < fixedBytes || start + headerBytes > end) return false
    this.sourcePort = bytes.readUInt16BE(start)
    this.destinationPort = bytes.readUInt16BE(start + 2)
    this.sequence = bytes.readUInt32BE(start + 4)
    this.acknowledgement = bytes.readUInt32BE(start + 8)
    this.flags = bytes[start + 13]!
    this.start = start + headerBytes
    return true
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0
  }
}

/** What outlives the datagram. */
export const segmentOf = (datagram: Datagram): Segment => ({
  frames: datagram.frames ?? [datagram.frame],
  atMs: datagram.atMs,
  ttl: datagram.ttl,
  checksum: checksumState(datagram),
  interfaceIndex: datagram.interfaceIndex,
})
