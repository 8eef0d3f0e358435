import { beginningOf, findStartLine } from '../sip-start.js'
import type { End, Flow } from './flow.js'
import { otherEnd } from './flow.js'
import { HttpUpgrade, headerValue, looksLikeHttp } from './http-upgrade.js'
import { MessageInflater } from './message-inflater.js'
import type { Segment } from './segment.js'
import { SipStream } from './sip-stream.js'
import { startsFrame, WebSocketStream } from './websocket-stream.js'

/** Octets and segments that may pass before a connection must have shown what it carries. */
const mostUndecidedBytes = 65_536
const mostUndecidedPieces = 64

export type ContentKind = 'undecided' | 'sip' | 'http' | 'websocket' | 'tls' | 'ignored'

interface Piece {
  readonly from: End
  readonly bytes: Buffer
  readonly segment: Segment
}

interface Streams {
  push(bytes: Buffer, segment: Segment): void
  gap(): void
  end?(): void
}

/** What a connection carries, found out from its first octets, and the readers of its two directions. */
export class ConnectionContent {
  kind: ContentKind = 'undecided'
  /** Every octet since the connection was opened is here. */
  #complete: boolean
  readonly #flow: Flow
  readonly #secure: boolean
  #pieces: Piece[] = []
  #undecidedBytes = 0
  #streams: readonly [Streams, Streams] | undefined
  #upgrade: HttpUpgrade | undefined

  /** `secure`: the octets are those within TLS. */
  constructor(flow: Flow, secure: boolean) {
    this.#flow = flow
    this.#secure = secure
    this.#complete = flow.facts.fromStart
  }

  /** The connection was opened within the capture. */
  begin(): void {
    this.#complete = this.#flow.facts.fromStart
  }

  push(from: End, bytes: Buffer, segment: Segment): void {
    if (this.kind === 'ignored' || this.kind === 'tls') return
    if (this.#streams) this.#streams[from].push(bytes, segment)
    else if (this.#upgrade) this.#pushHttp(from, bytes, segment)
    else this.#decide(from, bytes, segment)
    if (this.#flow.isSomethingElse) this.#ignore()
  }

  gap(from: End): void {
    if (this.#streams) this.#streams[from].gap()
    // The rest of the handshake is missing: frames are recognized without it.
    else if (this.#upgrade) this.#startWebSocket(false)
    else {
      this.#complete = false
      this.#pieces = this.#pieces.filter((piece) => piece.from !== from)
    }
  }

  end(): void {
    for (const stream of this.#streams ?? []) stream.end?.()
  }

  #decide(from: End, bytes: Buffer, segment: Segment): void {
    this.#pieces.push({ from, bytes: Buffer.from(bytes), segment })
    this.#undecidedBytes += bytes.length
    const start = this.#beginning(from)
    if (!this.#secure && isTlsRecord(this.#complete ? start : bytes)) this.#become('tls')
    else if (looksLikeHttp(start)) this.#startHttp()
    else if (beginningOf(start) === 'sip') this.#startSip()
    else if (!this.#complete) this.#recover(bytes)
    else if (beginningOf(start) === 'other') this.#ignore()
    if (this.#pieces.length > mostUndecidedPieces || this.#undecidedBytes > mostUndecidedBytes) this.#ignore()
  }

  /** What one end has sent so far. */
  #beginning(from: End): Buffer {
    const parts = this.#pieces.filter((piece) => piece.from === from)
    return parts.length === 1 ? parts[0]!.bytes : Buffer.concat(parts.map(({ bytes }) => bytes))
  }

  /** In the middle of a connection: a segment that begins with a frame, or holds a start-line. */
  #recover(bytes: Buffer): void {
    if (startsFrame(bytes, new MessageInflater(false))) this.#startWebSocket(false)
    else if (findStartLine(bytes) >= 0) this.#startSip()
  }

  #startSip(): void {
    this.#become('sip')
    const stream = (end: End): SipStream =>
      new SipStream(this.#flow, end, this.#complete || beginningOf(this.#beginning(end)) === 'sip')
    this.#streams = [stream(0), stream(1)]
    this.#replay()
  }

  #startHttp(): void {
    this.#become('http')
    this.#upgrade = new HttpUpgrade(this.#flow)
    const pieces = this.#pieces
    this.#pieces = []
    for (const { from, bytes, segment } of pieces) this.push(from, bytes, segment)
  }

  #pushHttp(from: End, bytes: Buffer, segment: Segment): void {
    const step = this.#upgrade?.push(from, bytes, segment)
    if (step === 'not-websocket') this.#ignore()
    if (step === 'switched') this.#startWebSocket(true)
  }

  #startWebSocket(begins: boolean): void {
    this.#become('websocket')
    const upgrade = this.#upgrade
    this.#upgrade = undefined
    const extensions = headerValue(this.#flow.facts.upgradeResponse ?? Buffer.alloc(0), 'sec-websocket-extensions')
    const stream = (end: End): WebSocketStream => {
      const side = end === this.#flow.client ? 'client' : 'server'
      const inflater = new MessageInflater(!extensions.includes(`${side}_no_context_takeover`))
      return new WebSocketStream(this.#flow, end, inflater, begins)
    }
    this.#streams = [stream(0), stream(1)]
    for (const end of [this.#flow.client, otherEnd(this.#flow.client)]) {
      const rest = upgrade?.leftover(end)
      if (rest) this.#streams[end].push(rest.bytes, rest.segment)
    }
    this.#replay()
  }

  #replay(): void {
    const pieces = this.#pieces
    this.#pieces = []
    for (const { from, bytes, segment } of pieces) this.#streams?.[from].push(bytes, segment)
  }

  #ignore(): void {
    this.#become('ignored')
    this.#pieces = []
    this.#streams = undefined
    this.#upgrade = undefined
  }

  #become(kind: ContentKind): void {
    this.kind = kind
    const web = kind === 'http' || kind === 'websocket'
    if (kind === 'tls') this.#pieces = []
    this.#flow.facts.transport = web ? (this.#secure ? 'wss' : 'ws') : this.#secure || kind === 'tls' ? 'tls' : 'tcp'
  }
}

/** RFC 8446 5.1: type 20 to 23, version 3.1 to 3.4 in its legacy field. */
const isTlsRecord = (bytes: Buffer): boolean =>
  bytes.length >= 3 && bytes[0]! >= 20 && bytes[0]! <= 23 && bytes[1] === 3 && bytes[2]! <= 4
