export type FramingFailure =
  | 'missing-content-length'
  | 'invalid-content-length'
  | 'conflicting-content-length'
  | 'head-too-large'
  | 'message-too-large'

/** What a stream delivers. `bytes` belong to the receiver. */
export interface FramerEvents {
  onMessage(bytes: Buffer): void
  /** Double CRLF between messages (RFC 5626 4.4.1): the far side expects a CRLF. */
  onPing(): void
  /** Single CRLF between messages: the answer to a ping. */
  onPong(): void
  /** The stream cannot be followed any further: answer 400 if `head` is a request, then close. */
  onMalformed(failure: FramingFailure, head: Buffer): void
}

export interface FramerLimits {
  readonly headBytes: number
  readonly messageBytes: number
}

const defaultLimits: FramerLimits = { headBytes: 65_536, messageBytes: 1_048_576 }
const lf = 0x0a
const cr = 0x0d
const noBytes = Buffer.alloc(0)

/**
 * Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 18.3). The messages are the same however the
 * stream is split. After a failure everything that follows is ignored, since no boundary can be trusted.
 */
export class StreamFramer {
  readonly #limits: FramerLimits
  /** Bytes of the message that is not complete yet, in a buffer that grows and is used again. */
  #held: Buffer = noBytes
  #heldLength = 0
  #failed = false
  /** A lone CRLF is there; one more makes it a ping. */
  #loneCrlf = false
  /** That CRLF is no pong yet: half of a second one is held. */
  #untold = false
  // Where the search for the end of the head stands, relative to the start of the message.
  #scan = 0
  #lineStart = 0
  /** Bytes of the whole message once its head is complete, else -1. */
  #wanted = -1
  #lengthLines: number[] = []

  constructor(limits: FramerLimits = defaultLimits) {
    this.#limits = limits
  }

  get failed(): boolean {
    return this.#failed
  }

  /** Bytes of a message that has begun and is not complete. */
  get pending(): number {
    return this.#failed ? 0 : this.#heldLength
  }

  /** Those bytes; after a failure what had arrived behind the head that was told. For readers that can start again. */
  remainder(): Buffer {
    return Buffer.from(this.#held.subarray(0, this.#heldLength))
  }

  /** Takes the next bytes of the stream; the caller must not change them afterwards. */
  push(bytes: Uint8Array, deliver: FramerEvents): void {
    if (this.#failed || bytes.length === 0) return
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    if (this.#heldLength === 0) {
      const used = this.#consume(chunk, false, deliver)
      if (!this.#failed && used < chunk.length) this.#hold(chunk.subarray(used))
      return
    }
    this.#hold(chunk)
    const used = this.#consume(this.#held.subarray(0, this.#heldLength), true, deliver)
    if (!this.#failed && used > 0) this.#release(used)
  }

  #hold(bytes: Buffer): void {
    const needed = this.#heldLength + bytes.length
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2, 2048))
      this.#held.copy(grown, 0, 0, this.#heldLength)
      this.#held = grown
    }
    bytes.copy(this.#held, this.#heldLength)
    this.#heldLength = needed
  }

  #release(used: number): void {
    this.#held.copyWithin(0, used, this.#heldLength)
    this.#heldLength -= used
    if (this.#heldLength === 0 && this.#held.length > this.#limits.headBytes) this.#held = noBytes
  }

  /** Delivers what is complete in `data` and returns how many bytes that was. */
  #consume(data: Buffer, copy: boolean, deliver: FramerEvents): number {
    let start = 0
    while (start < data.length) {
      if (this.#scan === 0 && this.#wanted < 0) {
        start = this.#passLineEnds(data, start, deliver)
        if (start >= data.length || isLoneCr(data, start)) return start
      }
      if (this.#wanted < 0 && !this.#findHeadEnd(data, start, deliver)) return start
      if (start + this.#wanted > data.length) return start
      const end = start + this.#wanted
      const message = data.subarray(start, end)
      this.#reset()
      start = end
      deliver.onMessage(copy ? Buffer.from(message) : message)
    }
    return start
  }

  /** Between messages: keep-alives, told apart by pairs. A bare LF is passed over. */
  #passLineEnds(data: Buffer, from: number, deliver: FramerEvents): number {
    let at = from
    let odd = this.#loneCrlf
    let told = this.#loneCrlf && !this.#untold
    this.#untold = false
    while (at < data.length) {
      if (data[at] === lf) at++
      else if (data[at] === cr && data[at + 1] === lf) {
        at += 2
        if (odd) deliver.onPing()
        odd = !odd
        told = false
      } else break
    }
    const ended = at >= data.length || isLoneCr(data, at)
    if (odd && !told) {
      // Half of a second CRLF is here: whether this is a ping shows with the next byte.
      this.#untold = isLoneCr(data, at)
      if (!this.#untold) deliver.onPong()
    }
    this.#loneCrlf = odd && ended
    return at
  }

  /** Looks for the empty line, from where the last push ended; false when it is not there or the stream failed. */
  #findHeadEnd(data: Buffer, start: number, deliver: FramerEvents): boolean {
    for (;;) {
      const lfAt = data.indexOf(lf, start + this.#scan)
      const scanned = (lfAt < 0 ? data.length : lfAt) - start
      if (scanned >= this.#limits.headBytes) return this.#fail('head-too-large', data, start, data.length, deliver)
      if (lfAt < 0) {
        this.#scan = scanned
        return false
      }
      const lineStart = start + this.#lineStart
      this.#scan = lfAt + 1 - start
      if (isEmptyLine(data, lineStart, lfAt)) return this.#completeHead(data, start, deliver)
      if (isLengthLine(data, lineStart, lfAt)) this.#lengthLines.push(this.#lineStart)
      this.#lineStart = this.#scan
    }
  }

  #completeHead(data: Buffer, start: number, deliver: FramerEvents): boolean {
    const headEnd = start + this.#scan
    const length = contentLength(data.subarray(start, headEnd), this.#lengthLines)
    if (typeof length === 'string') return this.#fail(length, data, start, headEnd, deliver)
    if (this.#scan + length > this.#limits.messageBytes) {
      return this.#fail('message-too-large', data, start, headEnd, deliver)
    }
    this.#wanted = this.#scan + length
    return true
  }

  #fail(failure: FramingFailure, data: Buffer, start: number, headEnd: number, deliver: FramerEvents): false {
    const head = Buffer.from(data.subarray(start, headEnd))
    this.#failed = true
    this.#held = Buffer.from(data.subarray(headEnd))
    this.#heldLength = this.#held.length
    deliver.onMalformed(failure, head)
    return false
  }

  #reset(): void {
    this.#scan = 0
    this.#lineStart = 0
    this.#wanted = -1
    this.#lengthLines.length = 0
  }
}

const isLoneCr = (data: Buffer, at: number): boolean => at === data.length - 1 && data[at] === cr

const isEmptyLine = (data: Buffer, start: number, lfAt: number): boolean =>
  lfAt === start || (lfAt === start + 1 && data[start] === cr)

const compactName = 'l'
const longName = 'content-length'
const colon = 0x3a

const isBlank = (code: number | undefined): boolean => code === 0x20 || code === 0x09

function isLengthLine(data: Buffer, start: number, end: number): boolean {
  const first = data[start]! | 0x20
  if (first !== 0x63 && first !== 0x6c) return false
  let nameEnd = data.indexOf(colon, start)
  if (nameEnd < 0 || nameEnd > end) return false
  while (isBlank(data[nameEnd - 1])) nameEnd--
  const length = nameEnd - start
  if (length !== compactName.length && length !== longName.length) return false
  const name = data.toString('latin1', start, nameEnd).toLowerCase()
  return name === compactName || name === longName
}

/** The one value of the Content-Length lines of a head. A value may be folded onto the next line. */
function contentLength(head: Buffer, lines: readonly number[]): number | FramingFailure {
  let length = -1
  for (const lineStart of lines) {
    const match = /^[^:]*:[ \t]*(?:\r?\n[ \t]+)?(\d{1,10})[ \t]*\r?\n(?![ \t])/.exec(
      head.toString('latin1', lineStart, Math.min(head.length, lineStart + longestLengthLine)),
    )
    if (match === null) return 'invalid-content-length'
    const value = Number(match[1])
    if (length >= 0 && value !== length) return 'conflicting-content-length'
    length = value
  }
  return length < 0 ? 'missing-content-length' : length
}

const longestLengthLine = 256
