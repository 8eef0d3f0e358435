import { type FramerEvents, type FramingFailure, StreamFramer } from '../../sip/message/stream-framer.js'
import { beginningOf, findStartLine } from '../sip-start.js'
import type { End, Flow } from './flow.js'
import { FrameList, type Segment } from './segment.js'

/** Kept while a start-line is sought: longer than a start-line. */
const soughtBytes = 4096
const noBytes: Buffer = Buffer.alloc(0)
const ping = Buffer.from('\r\n\r\n')
const pong = Buffer.from('\r\n')

/**
 * Messages of one direction of a TCP or TLS connection (RFC 3261 18.3). Where the stream begins in the middle of a
 * message, has a gap or cannot be cut, it goes on with the next line that is a start-line.
 */
export class SipStream implements FramerEvents {
  readonly #flow: Flow
  readonly #from: End
  readonly #frames = new FrameList()
  #framer = new StreamFramer()
  #seeking: boolean
  #sought = noBytes
  #segment: Segment | undefined

  constructor(flow: Flow, from: End, begins: boolean) {
    this.#flow = flow
    this.#from = from
    this.#seeking = !begins
  }

  push(bytes: Buffer, segment: Segment): void {
    this.#segment = segment
    if (this.#seeking) this.#seek(bytes, segment)
    else this.#frame(bytes, segment)
  }

  /** What was begun stays a part; then a start-line is sought. */
  gap(): void {
    this.end()
    this.#framer = new StreamFramer()
    this.#seeking = true
    this.#sought = noBytes
  }

  /** Nothing more will come: a message that is not complete is told as it is. */
  end(): void {
    const rest = this.#seeking ? noBytes : this.#framer.remainder()
    if (rest.length > 0 && beginningOf(rest) === 'sip') this.#tell(rest, true)
  }

  onMessage(bytes: Buffer): void {
    this.#tell(bytes, false)
  }

  onPing(): void {
    this.#keepAlive(ping)
  }

  onPong(): void {
    this.#keepAlive(pong)
  }

  onMalformed(framing: FramingFailure, head: Buffer): void {
    this.#tell(head, false, framing)
    const rest = this.#framer.remainder()
    this.#framer = new StreamFramer()
    this.#seeking = true
    this.#sought = noBytes
    if (this.#segment) this.#seek(rest, this.#segment)
  }

  #frame(bytes: Buffer, segment: Segment): void {
    if (this.#framer.pending === 0) this.#frames.take()
    this.#frames.add(segment)
    this.#framer.push(bytes, this)
  }

  /** A start-line begins a line, or a segment: the body before it need not end with a line end. */
  #seek(bytes: Buffer, segment: Segment): void {
    const beginsHere = this.#sought.length === 0 || findStartLine(bytes) === 0
    if (beginsHere) this.#frames.take()
    this.#frames.add(segment)
    const sought = beginsHere ? bytes : Buffer.concat([this.#sought, bytes])
    const at = findStartLine(sought)
    if (at < 0) {
      this.#sought = Buffer.from(sought.subarray(Math.max(0, sought.length - soughtBytes)))
      return
    }
    this.#seeking = false
    this.#sought = noBytes
    // Its frames are those of the search: it may have begun in one before this.
    this.#framer.push(at === 0 ? sought : Buffer.from(sought.subarray(at)), this)
  }

  #keepAlive(bytes: Buffer): void {
    if (!this.#segment) return
    this.#flow.emit({
      ...this.#flow.sighting(this.#from, this.#segment),
      kind: 'message',
      content: 'keep-alive',
      bytes: Buffer.from(bytes),
      truncated: false,
    })
  }

  #tell(bytes: Buffer, truncated: boolean, framing?: FramingFailure): void {
    const segment = this.#segment
    if (!segment) return
    const firstAtMs = this.#frames.firstAtMs
    const frames = this.#frames.take()
    this.#frames.add(segment)
    const content = beginningOf(bytes) === 'sip' ? 'sip' : 'other'
    if (content === 'sip') this.#flow.tell()
    this.#flow.emit({
      ...this.#flow.sighting(this.#from, segment, frames, firstAtMs),
      kind: 'message',
      content,
      bytes: Buffer.from(bytes),
      truncated,
      ...(framing === undefined ? {} : { framing }),
    })
  }
}
