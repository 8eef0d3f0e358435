import { EventEmitter } from 'node:events'
import { type GlobalHeader, parse } from 'pcap-parser'
import { newPacket, type PacketSink, setTime } from '../captured-packet.js'
import { u32be, u32le } from '../octet-numbers.js'
import { largestPacket, type PacketReader, type ReadingFailure } from './packet-reader.js'

const globalHeaderBytes = 24
const packetHeaderBytes = 16
/** The upper bits of the link type tell of frame check sequences. */
const linkTypeMask = 0x03ff_ffff
const microsecondMagic = { big: 0xa1b2c3d4, little: 0xd4c3b2a1 } as const
const nanosecondMagicBig = 0xa1b23c4d
const noBytes: Buffer = Buffer.alloc(0)

/**
 * Classic pcap. Its header is read by pcap-parser, made sound: that knows microsecond files only. The packets are read
 * here: it would make four objects of each, gather a whole file for one corrupt length, and end a cut file without a word.
 */
export class PcapReader implements PacketReader {
  readonly #packet = newPacket()
  readonly #nanosecondsPerUnit: number
  readonly #sink: PacketSink
  #head: Buffer | undefined = noBytes
  #isBigEndian = false
  /** A record that is not complete yet. */
  #held = noBytes
  /** Offset in the file of the record in hand. */
  #offset = 0
  #longest = largestPacket
  #failure: ReadingFailure | undefined

  constructor(nanoseconds: boolean, sink: PacketSink) {
    this.#nanosecondsPerUnit = nanoseconds ? 1 : 1000
    this.#sink = sink
  }

  push(bytes: Buffer): ReadingFailure | undefined {
    if (this.#failure) return this.#failure
    if (this.#head === undefined) return this.#pushRecords(bytes)
    this.#head = Buffer.concat([this.#head, bytes])
    if (this.#head.length < globalHeaderBytes) return undefined
    const first = this.#head
    this.#head = undefined
    this.#readHeader(first)
    return this.#failure ?? this.#pushRecords(first.subarray(globalHeaderBytes))
  }

  end(): ReadingFailure | undefined {
    if (this.#failure) return this.#failure
    if (this.#head !== undefined) return { offset: 0, text: 'ends within the header of the file' }
    if (this.#held.length > 0) this.#fail(`ends within a packet (${this.#held.length} bytes of it)`)
    return this.#failure
  }

  #readHeader(first: Buffer): void {
    makeMicrosecondMagic(first)
    this.#isBigEndian = first.readUInt32BE(0) === microsecondMagic.big
    const source = Object.assign(new EventEmitter(), { pause: () => {}, resume: () => {} })
    parse(source)
      .on('globalHeader', (header) => this.#start(header))
      .on('error', ({ message }) => this.#fail(`is no pcap file that can be read: ${message}`))
    source.emit('data', first.subarray(0, globalHeaderBytes))
  }

  #start({ majorVersion, minorVersion, snapshotLength, linkLayerType }: GlobalHeader): void {
    if (majorVersion !== 2 || minorVersion !== 4) {
      this.#fail(`is pcap of version ${majorVersion}.${minorVersion}; 2.4 can be read`)
    }
    if (snapshotLength > largestPacket && snapshotLength <= 64 * largestPacket) this.#longest = snapshotLength
    this.#packet.linkType = linkLayerType & linkTypeMask
    this.#offset = globalHeaderBytes
  }

  #pushRecords(bytes: Buffer): ReadingFailure | undefined {
    let at = this.#completeHeld(bytes)
    while (this.#failure === undefined && this.#held.length === 0 && bytes.length - at >= packetHeaderBytes) {
      const length = this.#recordLength(bytes, at)
      if (length < 0 || bytes.length - at < length) break
      this.#deliver(bytes, at, length)
      at += length
    }
    if (this.#failure === undefined && at < bytes.length) this.#held = Buffer.from(bytes.subarray(at))
    return this.#failure
  }

  /** Adds to the record that is held what it lacks, and no more; returns how many bytes of `bytes` that took. */
  #completeHeld(bytes: Buffer): number {
    let at = 0
    const take = (wanted: number): boolean => {
      const count = Math.min(wanted - this.#held.length, bytes.length - at)
      if (count > 0) this.#held = Buffer.concat([this.#held, bytes.subarray(at, at + count)])
      at += Math.max(count, 0)
      return this.#held.length >= wanted
    }
    if (this.#held.length === 0 || !take(packetHeaderBytes)) return at
    const length = this.#recordLength(this.#held, 0)
    if (length < 0 || !take(length)) return at
    this.#deliver(this.#held, 0, length)
    this.#held = noBytes
    return at
  }

  /** Octets of the record at `at` with its header; -1 when they are corrupt. */
  #recordLength(bytes: Buffer, at: number): number {
    const captured = this.#u32(bytes, at + 8)
    if (captured <= this.#longest) return packetHeaderBytes + captured
    this.#fail(`holds a packet that claims ${captured} bytes: the length is corrupt`)
    return -1
  }

  #deliver(bytes: Buffer, at: number, length: number): void {
    const packet = this.#packet
    packet.frame++
    setTime(packet, this.#u32(bytes, at), this.#u32(bytes, at + 4) * this.#nanosecondsPerUnit)
    packet.bytes = bytes
    packet.start = at + packetHeaderBytes
    packet.end = at + length
    packet.originalLength = Math.max(this.#u32(bytes, at + 12), length - packetHeaderBytes)
    this.#offset += length
    this.#sink(packet)
  }

  #u32(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? u32be(bytes, at) : u32le(bytes, at)
  }

  #fail(text: string): void {
    this.#failure ??= { offset: this.#offset, text }
  }
}

/** The fraction of a second is all that differs in a nanosecond file. */
function makeMicrosecondMagic(header: Buffer): void {
  const big = header.readUInt32BE(0)
  if (big === nanosecondMagicBig) header.writeUInt32BE(microsecondMagic.big, 0)
  else if (big !== microsecondMagic.big) header.writeUInt32BE(microsecondMagic.little, 0)
}
