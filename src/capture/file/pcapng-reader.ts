import { newPacket, type PacketSink, setTime } from '../captured-packet.js'
import { u32be, u32le } from '../octet-numbers.js'
import { largestPacket, type PacketReader, type ReadingFailure, type SideEvents } from './packet-reader.js'
import {
  bigEndian,
  littleEndian,
  type Order,
  optionCode,
  optionU64,
  type PcapngInterface,
  readInterface,
} from './pcapng-interface.js'

/** Block types of draft-ietf-opsawg-pcapng 11.1. */
export const blockType = {
  section: 0x0a0d_0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  secrets: 10,
} as const

/** 'TLSK' of the secrets type of draft-ietf-opsawg-pcapng 4.7. */
export const tlsKeyLog = 0x544c_534b

const byteOrderMagic = 0x1a2b_3c4d
const smallestBlock = 12
const noBytes: Buffer = Buffer.alloc(0)
const largestBlock = 64 * largestPacket

/** pcapng with any number of sections and interfaces, in both byte orders. */
export class PcapngReader implements PacketReader {
  readonly #packet = newPacket()
  readonly #sink: PacketSink
  readonly #side: SideEvents
  /** A block that is not complete yet. */
  #held = noBytes
  /** Offset in the file of the block in hand. */
  #offset = 0
  #order: Order = littleEndian
  #interfaces: PcapngInterface[] = []
  #interfaceCount = 0
  #failure: ReadingFailure | undefined

  constructor(sink: PacketSink, side: SideEvents) {
    this.#sink = sink
    this.#side = side
  }

  push(bytes: Buffer): ReadingFailure | undefined {
    let at = this.#failure ? 0 : this.#completeHeld(bytes)
    while (this.#failure === undefined && this.#held.length === 0 && bytes.length - at >= smallestBlock) {
      const length = this.#blockLength(bytes, at)
      if (typeof length === 'string') return this.#fail(length)
      if (bytes.length - at < length) break
      const text = this.#read(bytes, at, length)
      if (text !== undefined) return this.#fail(text)
      at += length
      this.#offset += length
    }
    if (this.#failure === undefined && at < bytes.length) this.#held = Buffer.from(bytes.subarray(at))
    return this.#failure
  }

  /** Adds to the block that is held what it lacks, and no more; returns how many bytes of `bytes` that took. */
  #completeHeld(bytes: Buffer): number {
    let at = 0
    const take = (wanted: number): boolean => {
      const count = Math.min(wanted - this.#held.length, bytes.length - at)
      if (count > 0) this.#held = Buffer.concat([this.#held, bytes.subarray(at, at + count)])
      at += Math.max(count, 0)
      return this.#held.length >= wanted
    }
    if (this.#held.length === 0 || !take(smallestBlock)) return at
    const length = this.#blockLength(this.#held, 0)
    if (typeof length === 'string') this.#fail(length)
    else if (take(length)) {
      const text = this.#read(this.#held, 0, length)
      if (text === undefined) {
        this.#offset += length
        this.#held = noBytes
      } else this.#fail(text)
    }
    return at
  }

  end(): ReadingFailure | undefined {
    if (this.#failure || this.#held.length === 0) return this.#failure
    return this.#fail(`ends within a block (${this.#held.length} bytes of it)`)
  }

  #fail(text: string): ReadingFailure {
    this.#failure = { offset: this.#offset, text }
    return this.#failure
  }

  /** Total length of the block, or what is wrong with it. A section header settles the byte order first. */
  #blockLength(data: Buffer, at: number): number | string {
    if (u32be(data, at) === blockType.section) {
      if (u32le(data, at + 8) === byteOrderMagic) this.#order = littleEndian
      else if (u32be(data, at + 8) === byteOrderMagic) this.#order = bigEndian
      else return 'holds a section header without a byte order'
    }
    const length = this.#order.u32(data, at + 4)
    if (length < smallestBlock || length % 4 !== 0 || length > largestBlock) {
      return `holds a block that claims ${length} bytes: the length is corrupt`
    }
    return length
  }

  /** The packets of nearly every block are read where they are; other blocks are looked at apart. */
  #read(data: Buffer, at: number, length: number): string | undefined {
    const order = this.#order
    if (order.u32(data, at + length - 4) !== length) return 'holds a block whose two lengths differ'
    const type = order.u32(data, at)
    if (type === blockType.enhancedPacket) return this.#enhancedPacket(data, at, at + length - 4)
    const block = data.subarray(at, at + length)
    const end = length - 4
    switch (type) {
      case blockType.simplePacket:
        return this.#simplePacket(block, end)
      case blockType.packet:
        return this.#oldPacket(block, end)
      case blockType.section:
        return this.#section(block)
      case blockType.interface:
        return this.#interface(block, end)
      case blockType.interfaceStatistics:
        return this.#statistics(block, end)
      case blockType.secrets:
        return this.#secrets(block, end)
      default:
        return undefined
    }
  }

  #section(block: Buffer): string | undefined {
    const major = block.length < 28 ? 0 : this.#order.u16(block, 12)
    if (major !== 1) return `holds a section of version ${major}; version 1 can be read`
    this.#interfaces = []
    return undefined
  }

  #interface(block: Buffer, end: number): string | undefined {
    const read = readInterface(block, end, this.#interfaceCount, this.#order)
    if (read === undefined) return 'holds an interface description that is too short'
    this.#interfaces.push(read)
    this.#interfaceCount++
    return undefined
  }

  #enhancedPacket(data: Buffer, at: number, end: number): string | undefined {
    if (at + 28 > end) return 'holds a packet block that is too short'
    const order = this.#order
    const from = this.#interfaces[order.u32(data, at + 8)]
    if (from === undefined) return `holds a packet of interface ${order.u32(data, at + 8)}, which is not described`
    const length = order.u32(data, at + 20)
    const start = at + 28
    if (start + length > end) return `holds a packet that claims ${length} bytes: the length is corrupt`
    const optionsFrom = start + ((length + 3) & ~3)
    if (optionsFrom < end) {
      const drops = optionU64(data, optionsFrom, end, optionCode.epbDropCount, order)
      if (drops) this.#side.onDrop({ interfaceIndex: from.index, packets: drops })
    }
    const original = order.u32(data, at + 24)
    this.#deliver(from, order.u32(data, at + 12), order.u32(data, at + 16), data, start, length, original)
    return undefined
  }

  /** The obsolete Packet Block: like an enhanced one, with 16 bits of interface and 16 of drops. */
  #oldPacket(block: Buffer, end: number): string | undefined {
    if (end < 28) return 'holds a packet block that is too short'
    const order = this.#order
    const from = this.#interfaces[order.u16(block, 8)]
    if (from === undefined) return `holds a packet of interface ${order.u16(block, 8)}, which is not described`
    const length = order.u32(block, 20)
    if (28 + length > end) return `holds a packet that claims ${length} bytes: the length is corrupt`
    const drops = order.u16(block, 10)
    if (drops > 0 && drops < 0xffff) this.#side.onDrop({ interfaceIndex: from.index, packets: drops })
    this.#deliver(from, order.u32(block, 12), order.u32(block, 16), block, 28, length, order.u32(block, 24))
    return undefined
  }

  /** No time of its own: that of the packet before stays. */
  #simplePacket(block: Buffer, end: number): string | undefined {
    const from = this.#interfaces[0]
    if (from === undefined) return 'holds a packet before any interface is described'
    const original = this.#order.u32(block, 8)
    const kept = from.snapLength > 0 ? Math.min(original, from.snapLength) : original
    if (12 + kept > end) return `holds a packet that claims ${kept} bytes: the length is corrupt`
    this.#deliver(from, undefined, 0, block, 12, kept, original)
    return undefined
  }

  #deliver(
    from: PcapngInterface,
    high: number | undefined,
    low: number,
    bytes: Buffer,
    start: number,
    length: number,
    original: number,
  ): void {
    const packet = this.#packet
    packet.frame++
    if (high !== undefined) {
      from.time.split(high, low)
      setTime(packet, from.time.seconds, from.time.nanoseconds)
    }
    packet.linkType = from.linkType
    packet.interfaceIndex = from.index
    packet.clearTls = from.clearTls
    packet.bytes = bytes
    packet.start = start
    packet.end = start + length
    packet.originalLength = Math.max(original, length)
    this.#sink(packet)
  }

  /** Counters run from the start of the capture; only what is new is told. */
  #statistics(block: Buffer, end: number): string | undefined {
    const order = this.#order
    const from = end < 20 ? undefined : this.#interfaces[order.u32(block, 8)]
    if (from === undefined) return undefined
    const byInterface = optionU64(block, 20, end, optionCode.isbIfDrop, order) ?? 0
    const bySystem = optionU64(block, 20, end, optionCode.isbOsDrop, order) ?? 0
    const packets = byInterface + bySystem - from.dropsTold
    if (packets > 0) {
      from.dropsTold += packets
      this.#side.onDrop({ interfaceIndex: from.index, packets })
    }
    return undefined
  }

  #secrets(block: Buffer, end: number): string | undefined {
    if (end < 16) return 'holds a secrets block that is too short'
    const length = this.#order.u32(block, 12)
    if (16 + length > end) return `holds secrets that claim ${length} bytes: the length is corrupt`
    if (this.#order.u32(block, 8) === tlsKeyLog) this.#side.onTlsSecrets(block.toString('latin1', 16, 16 + length))
    return undefined
  }
}
