import type { End, Flow } from './flow.js'
import { otherEnd } from './flow.js'
import { FrameList, type Segment } from './segment.js'

const longestHead = 65_536
const noBytes: Buffer = Buffer.alloc(0)
const headEnd = '\r\n\r\n'

/** What became of the connection with these octets. */
export type UpgradeStep = 'more' | 'switched' | 'not-websocket'

/** One direction of HTTP before the switch. */
interface Side {
  bytes: Buffer
  readonly frames: FrameList
  /** Octets of a response body that are passed over. */
  bodyLeft: number
  segment: Segment | undefined
}

const newSide = (): Side => ({ bytes: noBytes, frames: new FrameList(), bodyLeft: 0, segment: undefined })

/** The HTTP upgrade of a connection (RFC 6455 4): the request, refusals of it, and the response that switches. */
export class HttpUpgrade {
  readonly #flow: Flow
  readonly #sides = [newSide(), newSide()] as const
  #requestSeen = false

  constructor(flow: Flow) {
    this.#flow = flow
  }

  push(from: End, bytes: Buffer, segment: Segment): UpgradeStep {
    const side = this.#sides[from]
    side.bytes = side.bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([side.bytes, bytes])
    side.segment = segment
    side.frames.add(segment)
    this.#passBody(side)
    if (side.bytes.length === 0) return 'more'
    if (isResponse(side.bytes)) return this.#readResponse(from, side, segment)
    return this.#requestSeen ? 'more' : this.#readRequest(from, side, segment)
  }

  /** Octets behind the heads, with the last segment they came in. */
  leftover(from: End): { readonly bytes: Buffer; readonly segment: Segment } | undefined {
    const { bytes, segment } = this.#sides[from]
    return bytes.length > 0 && segment ? { bytes, segment } : undefined
  }

  #readRequest(from: End, side: Side, segment: Segment): UpgradeStep {
    const head = takeHead(side)
    if (head === undefined) return side.bytes.length > longestHead ? 'not-websocket' : 'more'
    if (!/websocket/i.test(headerValue(head, 'upgrade'))) return 'not-websocket'
    this.#requestSeen = true
    this.#flow.setClient(from)
    this.#flow.facts.upgradeRequest = head
    if (offersSip(head)) this.#flow.tell()
    this.#tell(from, 'request', head, side, segment)
    return 'more'
  }

  #readResponse(from: End, side: Side, segment: Segment): UpgradeStep {
    const head = takeHead(side)
    if (head === undefined) return side.bytes.length > longestHead ? 'not-websocket' : 'more'
    this.#flow.setClient(otherEnd(from))
    const switches = /^HTTP\/\d\.\d 101\b/.test(head.toString('latin1', 0, 16))
    if (switches && !/websocket/i.test(headerValue(head, 'upgrade'))) return 'not-websocket'
    this.#flow.facts.upgradeResponse = head
    if (offersSip(head)) this.#flow.tell()
    this.#tell(from, 'response', head, side, segment)
    if (switches) return 'switched'
    this.#requestSeen = false
    side.bodyLeft = Number(/^\d{1,9}$/.exec(headerValue(head, 'content-length'))?.[0] ?? 0)
    this.#passBody(side)
    return 'more'
  }

  #passBody(side: Side): void {
    const passed = Math.min(side.bodyLeft, side.bytes.length)
    side.bodyLeft -= passed
    side.bytes = side.bytes.subarray(passed)
  }

  #tell(from: End, part: 'request' | 'response', head: Buffer, side: Side, segment: Segment): void {
    const firstAtMs = side.frames.firstAtMs
    this.#flow.emit({
      ...this.#flow.sighting(from, segment, side.frames.take(), firstAtMs),
      kind: 'websocket-handshake',
      part,
      head,
    })
    side.frames.add(segment)
  }
}

const isResponse = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 5) === 'HTTP/'

function takeHead(side: Side): Buffer | undefined {
  const end = side.bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const head = Buffer.from(side.bytes.subarray(0, end + headEnd.length))
  side.bytes = side.bytes.subarray(end + headEnd.length)
  return head
}

const offersSip = (head: Buffer): boolean => /(^|[\s,])sip([\s,]|$)/i.test(headerValue(head, 'sec-websocket-protocol'))

/** All values of a header field, joined by commas; empty when it is absent. */
export function headerValue(head: Buffer, name: string): string {
  const lines = head.toString('latin1').split('\r\n').slice(1)
  const values = lines.filter((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase() === name)
  return values.map((line) => line.slice(line.indexOf(':') + 1).trim()).join(', ')
}

/** First line of an HTTP message, complete or not. */
export const looksLikeHttp = (bytes: Buffer): boolean =>
  /^(?:HTTP\/\d|[A-Z]{3,10} \S+ HTTP\/\d)/.test(bytes.toString('latin1', 0, 2048))
