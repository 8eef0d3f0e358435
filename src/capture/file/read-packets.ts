import type { CaptureDamage } from '../captured-message.js'
import type { PacketSink } from '../captured-packet.js'
import { readBytesOf, type Taken } from './file-bytes.js'
import { fileFormat, formatBytes } from './file-format.js'
import type { PacketReader, ReadingFailure, SideEvents } from './packet-reader.js'
import { PcapReader } from './pcap-reader.js'
import { PcapngReader } from './pcapng-reader.js'

/** How far a file could be read. */
export interface FileReading {
  readonly format: 'pcap' | 'pcapng' | undefined
  readonly damage: CaptureDamage | undefined
}

/**
 * Hands the packets of a capture to `sink`, one after the other, from a file or from standard input (`-`). `pause` is
 * asked after every piece of the file; where it returns a promise, reading waits for it.
 */
export async function readPackets(
  file: string,
  sink: PacketSink,
  side: SideEvents,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<FileReading> {
  const opener = new FormatChooser(sink, side)
  const text = await readBytesOf(file, (bytes): Promise<Taken> | Taken => {
    if (opener.push(bytes)) return 'stop'
    return pause()?.then(() => undefined)
  })
  const failure = opener.failure ?? (text === undefined ? opener.end() : { offset: opener.received, text })
  return {
    format: opener.format,
    damage: failure && { file, offset: failure.offset, text: failure.text },
  }
}

/** Gathers the first bytes, then reads on with the reader that they ask for. */
class FormatChooser {
  format: 'pcap' | 'pcapng' | undefined
  failure: ReadingFailure | undefined
  /** Bytes so far, unpacked. */
  received = 0
  readonly #sink: PacketSink
  readonly #side: SideEvents
  #start = Buffer.alloc(0)
  #reader: PacketReader | undefined

  constructor(sink: PacketSink, side: SideEvents) {
    this.#sink = sink
    this.#side = side
  }

  push(bytes: Buffer): ReadingFailure | undefined {
    this.received += bytes.length
    if (this.#reader === undefined) {
      this.#start = Buffer.concat([this.#start, bytes])
      if (this.#start.length < formatBytes) return undefined
      this.failure = this.#choose()?.push(this.#start) ?? this.failure
    } else this.failure = this.#reader.push(bytes)
    return this.failure
  }

  end(): ReadingFailure | undefined {
    if (this.#reader === undefined) {
      this.failure = this.#choose()?.push(this.#start) ?? this.failure
    }
    return this.failure ?? this.#reader?.end()
  }

  #choose(): PacketReader | undefined {
    const format = fileFormat(this.#start)
    if (format.kind === 'pcap') this.#reader = new PcapReader(format.nanoseconds, this.#sink)
    else if (format.kind === 'pcapng') this.#reader = new PcapngReader(this.#sink, this.#side)
    else this.failure = { offset: 0, text: format.kind === 'gzip' ? 'is gzip within gzip' : format.text }
    if (format.kind === 'pcap' || format.kind === 'pcapng') this.format = format.kind
    return this.#reader
  }
}
