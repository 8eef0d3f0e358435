import { EventEmitter } from 'node:events'
import { type GlobalHeader, type PacketHeader, parse } from 'pcap-parser'
import { newPacket, type PacketSink, setTime } from '../captured-packet.js'
import { largestPacket, type PacketReader, type ReadingFailure } from './packet-reader.js'

const globalHeaderBytes = 24
const packetHeaderBytes = 16
/** The upper bits of the link type tell of frame check sequences. */
const linkTypeMask = 0x03ff_ffff
const microsecondMagic = { big: 0xa1b2c3d4, little: 0xd4c3b2a1 } as const
const nanosecondMagicBig = 0xa1b23c4d

/**
 * Classic pcap by way of pcap-parser, made sound: that reads microsecond files only, ends a cut file without a word,
 * and would gather a whole file for one corrupt length.
 */
export class PcapReader implements PacketReader {
  readonly #source = Object.assign(new EventEmitter(), { pause: () => {}, resume: () => {} })
  readonly #packet = newPacket()
  readonly #nanosecondsPerUnit: number
  readonly #sink: PacketSink
  #head: Buffer | undefined = Buffer.alloc(0)
  #received = 0
  /** Where the record that is not complete yet begins. */
  #offset = 0
  #longest = largestPacket
  #failure: ReadingFailure | undefined

  constructor(nanoseconds: boolean, sink: PacketSink) {
    this.#nanosecondsPerUnit = nanoseconds ? 1 : 1000
    this.#sink = sink
    parse(this.#source)
      .on('globalHeader', (header) => this.#start(header))
      .on('packetHeader', (header) => this.#check(header))
      .on('packet', ({ header, data }) => this.#deliver(header, data))
      .on('error', ({ message }) => this.#fail(`is no pcap file that can be read: ${message}`))
  }

  push(bytes: Buffer): ReadingFailure | undefined {
    if (this.#failure) return this.#failure
    this.#received += bytes.length
    if (this.#head === undefined) {
      this.#source.emit('data', bytes)
      return this.#failure
    }
    this.#head = Buffer.concat([this.#head, bytes])
    if (this.#head.length < globalHeaderBytes) return undefined
    const first = this.#head
    this.#head = undefined
    makeMicrosecondMagic(first)
    this.#source.emit('data', first)
    return this.#failure
  }

  end(): ReadingFailure | undefined {
    if (this.#failure) return this.#failure
    if (this.#head !== undefined) return { offset: 0, text: 'ends within the header of the file' }
    if (this.#received > this.#offset) this.#fail(`ends within a packet (${this.#received - this.#offset} bytes of it)`)
    return this.#failure
  }

  #start(header: GlobalHeader): void {
    const { majorVersion, minorVersion, snapshotLength } = header
    if (majorVersion !== 2 || minorVersion !== 4) {
      this.#fail(`is pcap of version ${majorVersion}.${minorVersion}; 2.4 can be read`)
    }
    if (snapshotLength > largestPacket && snapshotLength <= 64 * largestPacket) this.#longest = snapshotLength
    this.#packet.linkType = header.linkLayerType & linkTypeMask
    this.#offset = globalHeaderBytes
  }

  #check({ capturedLength }: PacketHeader): void {
    if (capturedLength > this.#longest) {
      this.#fail(`holds a packet that claims ${capturedLength} bytes: the length is corrupt`)
    }
  }

  #deliver(header: PacketHeader, data: Buffer): void {
    if (this.#failure) return
    const packet = this.#packet
    this.#offset += packetHeaderBytes + data.length
    packet.frame++
    setTime(packet, header.timestampSeconds, header.timestampMicroseconds * this.#nanosecondsPerUnit)
    packet.bytes = data
    packet.originalLength = Math.max(header.originalLength, data.length)
    this.#sink(packet)
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
