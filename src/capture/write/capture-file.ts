import { createReadStream, createWriteStream, rmSync, type WriteStream } from 'node:fs'
import { finished, pipeline } from 'node:stream/promises'

/** What stays when the file would grow beyond its limit: what came first, or what came last. */
export type CaptureKeep = 'first' | 'newest'

export interface CaptureFileOptions {
  readonly file: string
  /** Section header and interfaces: what each part of the file begins with. */
  readonly header: Buffer
  readonly limitBytes: number
  readonly keep: CaptureKeep
}

/** What became of the packets. */
export interface CaptureFigures {
  readonly packets: number
  /** Not in the file: beyond its limit, or the disk was too slow. */
  readonly leftOut: number
  /** Why the disk did not take more. */
  readonly failure: string | undefined
}

/** Written at once; small enough not to be noticed between two packets. */
const batchBytes = 65_536
/** Waits for the disk at most; a load generator must not fill its memory with what a slow disk does not take. */
const mostWaitingBytes = 64 * 1_048_576

/** One of the two files that a ring is made of, or the only one. */
interface Part {
  readonly file: string
  readonly stream: WriteStream
  /** Settles when everything is on disk, or cannot be. */
  readonly done: Promise<void>
  bytes: number
  packets: number
}

/**
 * A pcapng file that is written while the run goes on, without waiting and with a limit. The newest packets are kept in
 * two parts, each a capture by itself, of which the older is dropped when the newer is full.
 */
export class CaptureFile {
  readonly #options: CaptureFileOptions
  #part: Part
  #older: Part | undefined
  #batch: Buffer[] = []
  #batchBytes = 0
  #parts = 0
  #leftOut = 0
  #failure: string | undefined
  #full = false
  readonly #removals: Promise<void>[] = []

  constructor(options: CaptureFileOptions) {
    this.#options = options
    this.#part = this.#open()
  }

  /** A block with a packet. */
  packet(block: Buffer): void {
    const { limitBytes, keep } = this.#options
    const limit = keep === 'first' ? limitBytes : limitBytes / 2
    if (this.#part.bytes + block.length > limit) {
      if (keep === 'first') this.#full = true
      else this.#turn()
    }
    if (this.#full || this.#failure !== undefined || this.#part.stream.writableLength > mostWaitingBytes) {
      this.#leftOut++
      return
    }
    this.#part.packets++
    this.#put(block)
  }

  /** A block that belongs to all packets after it, such as secrets. */
  block(block: Buffer): void {
    if (this.#failure === undefined) this.#put(block)
  }

  /** Everything is on disk, in one file. */
  async close(): Promise<CaptureFigures> {
    this.#end()
    await Promise.all([this.#part.done, this.#older?.done, ...this.#removals])
    const packets = this.#part.packets + (this.#older?.packets ?? 0)
    if (this.#options.keep === 'newest' && this.#failure === undefined) await this.#joinParts()
    return { packets, leftOut: this.#leftOut, failure: this.#failure }
  }

  #put(block: Buffer): void {
    this.#part.bytes += block.length
    this.#batch.push(block)
    this.#batchBytes += block.length
    if (this.#batchBytes >= batchBytes) this.#flush()
  }

  #flush(): void {
    if (this.#batch.length > 0) this.#part.stream.write(Buffer.concat(this.#batch))
    this.#batch = []
    this.#batchBytes = 0
  }

  #open(): Part {
    const { file, header, keep } = this.#options
    const name = keep === 'first' ? file : `${file}.part${++this.#parts}`
    const stream = createWriteStream(name, { mode: 0o600 })
    stream.on('error', (error) => {
      this.#failure ??= error.message
    })
    stream.write(header)
    const done = finished(stream).catch(() => undefined)
    return { file: name, stream, done, bytes: header.length, packets: 0 }
  }

  /** The newer part is full: it becomes the older. */
  #turn(): void {
    const dropped = this.#older
    this.#end()
    this.#older = this.#part
    if (dropped) {
      this.#leftOut += dropped.packets
      this.#removals.push(dropped.done.then(() => rmSync(dropped.file, { force: true })))
    }
    this.#part = this.#open()
  }

  #end(): void {
    this.#flush()
    this.#part.stream.end()
  }

  async #joinParts(): Promise<void> {
    const target = createWriteStream(this.#options.file, { mode: 0o600 })
    const parts = this.#older ? [this.#older, this.#part] : [this.#part]
    try {
      for (const { file } of parts) await pipeline(createReadStream(file), target, { end: false })
      target.end()
      await finished(target)
      for (const { file } of parts) rmSync(file, { force: true })
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error)
    }
  }
}
