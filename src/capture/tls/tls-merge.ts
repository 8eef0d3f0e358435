import { existsSync } from 'node:fs'
import type { CaptureEvent } from '../captured-message.js'
import { standardInput } from '../file/file-bytes.js'
import type { End } from '../stream/flow.js'
import type { Segment } from '../stream/segment.js'
import type { TcpConnection } from '../stream/tcp-connection.js'
import { TsharkDecryption } from './tshark-decryption.js'

export interface TlsOptions {
  /** TLS key log file (NSS format); secrets within the capture are used without it. */
  readonly keyLog?: string
  /** Program that decrypts TLS; `tshark` unless named. */
  readonly tshark?: string
}

/** Where octets of TLS came from. */
interface Place {
  readonly connection: TcpConnection
  readonly from: End
  readonly segment: Segment
}

/**
 * Brings what tshark decrypts into the order of frames of what was read without it. Until TLS is met and there are
 * keys, events pass through; from then on they wait for the end of each piece of the file.
 */
export class TlsMerge {
  /** Frame in hand. */
  frame = 0
  readonly #file: string
  readonly #options: TlsOptions
  readonly #deliver: (event: CaptureEvent) => void
  #decryption: TsharkDecryption | undefined
  #hasKeys: boolean
  #waiting: { readonly frame: number; readonly tell: () => void }[] = []
  #merging = false
  /** By frame, since the last merge. */
  readonly #places = new Map<number, Place>()
  #encrypted = 0

  constructor(file: string, options: TlsOptions, deliver: (event: CaptureEvent) => void) {
    this.#file = file
    this.#options = options
    this.#deliver = deliver
    this.#hasKeys = options.keyLog !== undefined && existsSync(options.keyLog)
  }

  /** The capture holds keys itself. */
  onSecrets(): void {
    this.#hasKeys = true
  }

  deliver(event: CaptureEvent): void {
    if (event.kind === 'loss' && event.reason === 'encrypted') this.#encrypted++
    if (this.isWaiting) this.later(() => this.#deliver(event))
    else this.#deliver(event)
  }

  /** Earlier messages may still be with tshark. */
  get isWaiting(): boolean {
    return this.#decryption !== undefined && !this.#merging
  }

  /** Does something of the frame in hand in its turn. */
  later(tell: () => void): void {
    this.#waiting.push({ frame: this.frame, tell })
  }

  /** Octets of TLS came in a segment. */
  observe(connection: TcpConnection, from: End, segment: Segment): void {
    if (!this.#hasKeys || this.#file === standardInput) return
    this.#decryption ??= new TsharkDecryption(this.#file, this.#options.keyLog, this.#options.tshark ?? 'tshark')
    const place = { connection, from, segment }
    this.#places.set(this.frame, place)
    for (const frame of segment.frames) this.#places.set(frame, place)
  }

  /** Undefined when there is nothing to wait for. */
  merge(): Promise<void> | undefined {
    return this.#decryption && this.#mergeWith(this.#decryption)
  }

  stop(): void {
    this.#decryption?.stop()
  }

  /** What people should know when everything was read. */
  notes(): string[] {
    const { keyLog } = this.#options
    const notes: string[] = []
    if (keyLog !== undefined && !existsSync(keyLog)) notes.push(`the key log ${keyLog} does not exist`)
    if (this.#encrypted > 0) notes.push(`${this.#encrypted} TLS connections were not decrypted: ${this.#why()}`)
    return notes
  }

  #why(): string {
    const { keyLog } = this.#options
    if (this.#file === standardInput) return 'tshark decrypts files only, not standard input'
    if (!this.#hasKeys) return 'no key log was given and the capture holds no keys'
    if (this.#decryption?.failure) return this.#decryption.failure
    return keyLog === undefined ? 'the keys within it do not fit them' : `the key log ${keyLog} does not fit them`
  }

  async #mergeWith(decryption: TsharkDecryption): Promise<void> {
    const records = await decryption.upTo(this.frame)
    this.#merging = true
    let next = 0
    const tellWaiting = (frame: number): void => {
      for (let first = this.#waiting[next]; first && first.frame <= frame; first = this.#waiting[++next]) {
        first.tell()
      }
    }
    for (const { frame, bytes } of records) {
      tellWaiting(frame)
      const place = this.#places.get(frame)
      place?.connection.pushDecrypted(place.from, bytes, { ...place.segment, frames: [frame] })
    }
    tellWaiting(Number.POSITIVE_INFINITY)
    this.#waiting = []
    this.#places.clear()
    this.#merging = false
  }
}
