/** One frame of a capture file. The object is used again, and its bytes are a part of the file: whoever keeps something copies it. */
export interface CapturedPacket {
  /** Counts from 1 over the file. */
  frame: number
  /** Since 1970; a simple packet of pcapng has no time and bears that of the packet before. */
  seconds: number
  nanoseconds: number
  /** The same as milliseconds since 1970, to about a quarter of a microsecond. */
  atMs: number
  /** LINKTYPE_ number of the interface. */
  linkType: number
  /** What was read of the file with this frame; it stands at `start` and ends before `end`. */
  bytes: Buffer
  start: number
  end: number
  /** Octets on the wire; more than are there when the snap length cut it. */
  originalLength: number
  /** Counts from 0 over all sections of the file. */
  interfaceIndex: number
  /** TCP within it travelled in TLS and is here in clear, as our own captures have it. */
  clearTls: boolean
}

export type PacketSink = (packet: CapturedPacket) => void

/** Numbers of https://www.ietf.org/archive/id/draft-ietf-opsawg-pcaplinktype-00.html that are read. */
export const linkType = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  upperPdu: 252,
  sll2: 276,
} as const

export const newPacket = (): CapturedPacket => ({
  frame: 0,
  seconds: 0,
  nanoseconds: 0,
  atMs: 0,
  linkType: 0,
  bytes: Buffer.alloc(0),
  start: 0,
  end: 0,
  originalLength: 0,
  interfaceIndex: 0,
  clearTls: false,
})

export function setTime(packet: CapturedPacket, seconds: number, nanoseconds: number): void {
  packet.seconds = seconds
  packet.nanoseconds = nanoseconds
  packet.atMs = seconds * 1000 + nanoseconds / 1e6
}
