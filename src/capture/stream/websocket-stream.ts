import { beginningOf } from '../sip-start.js'
import type { End, Flow } from './flow.js'
import type { MessageInflater } from './message-inflater.js'
import { FrameList, type Segment } from './segment.js'
import { type FrameHeader, framePayload, isControl, opcode, readFrameHeader } from './websocket-frame.js'

/** A SIP message is far smaller: what declares more is no frame header. */
const longestPayload = 16 * 1_048_576
const compressedBit = 4
const noBytes: Buffer = Buffer.alloc(0)

/** A data message whose last frame has not come yet. */
interface OpenMessage {
  readonly opcode: number
  readonly compressed: boolean
  readonly begun: boolean
  readonly payloads: Buffer[]
  readonly frames: FrameList
  maskedFrames: number
  interleaved: number
}

/** One direction of a WebSocket connection (RFC 6455 5): frames, and the messages that they make up. */
export class WebSocketStream {
  readonly #flow: Flow
  readonly #from: End
  readonly #inflater: MessageInflater
  readonly #frames = new FrameList()
  #held = noBytes
  #message: OpenMessage | undefined
  /** The boundaries of frames are unknown: segments are looked at until one begins with a frame. */
  #lost: boolean
  /** Frames may be missing before the next. */
  #afterHole: boolean

  constructor(flow: Flow, from: End, inflater: MessageInflater, begins: boolean) {
    this.#flow = flow
    this.#from = from
    this.#inflater = inflater
    this.#lost = !begins
    this.#afterHole = !begins
  }

  push(bytes: Buffer, segment: Segment): void {
    if (this.#lost && !startsFrame(bytes, this.#inflater)) return
    this.#lost = false
    if (this.#held.length === 0) this.#frames.take()
    this.#frames.add(segment)
    const data = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    let at = 0
    while (at < data.length) {
      const header = readFrameHeader(data, at, data.length)
      if (header === undefined) break
      if (header.payloadLength > longestPayload) {
        this.gap()
        return
      }
      if (data.length - at < header.headerBytes + header.payloadLength) break
      this.#take(header, framePayload(data, at, header, data.length), segment)
      at += header.headerBytes + header.payloadLength
    }
    this.#held = at === data.length ? noBytes : Buffer.from(data.subarray(at))
  }

  /** Octets are missing: a new frame is sought, and a message that was begun cannot be completed. */
  gap(): void {
    this.#held = noBytes
    this.#message = undefined
    this.#lost = true
    this.#afterHole = true
  }

  #take(header: FrameHeader, payload: Buffer, segment: Segment): void {
    const firstAtMs = this.#frames.firstAtMs
    const frames = this.#frames.take()
    this.#frames.add(segment)
    if (header.masked) this.#flow.setClient(this.#from)
    this.#flow.emit({
      ...this.#flow.sighting(this.#from, segment, frames, firstAtMs),
      kind: 'websocket-frame',
      final: header.final,
      reserved: header.reserved,
      opcode: header.opcode,
      masked: header.masked,
      payloadLength: header.payloadLength,
      overlongLength: header.overlong,
      controlPayload: isControl(header.opcode) ? payload : noBytes,
    })
    if (isControl(header.opcode)) {
      if (this.#message) this.#message.interleaved++
    } else this.#addData(header, payload, { ...segment, frames }, firstAtMs)
  }

  #addData(header: FrameHeader, payload: Buffer, segment: Segment, firstAtMs: number): void {
    if (header.opcode !== opcode.continuation || this.#message === undefined) this.#message = this.#begin(header)
    const message = this.#message
    message.frames.add({ ...segment, atMs: firstAtMs })
    message.payloads.push(payload)
    if (header.masked) message.maskedFrames++
    if (!header.final) return
    this.#message = undefined
    this.#complete(message, segment)
  }

  #begin(header: FrameHeader): OpenMessage {
    const begun = !this.#afterHole || header.opcode !== opcode.continuation
    this.#afterHole = false
    return {
      opcode: header.opcode,
      compressed: (header.reserved & compressedBit) !== 0,
      begun,
      payloads: [],
      frames: new FrameList(),
      maskedFrames: 0,
      interleaved: 0,
    }
  }

  #complete(message: OpenMessage, segment: Segment): void {
    const joined = message.payloads.length === 1 ? message.payloads[0]! : Buffer.concat(message.payloads)
    const inflated = message.compressed ? this.#inflater.inflate(joined) : joined
    const bytes = inflated ?? joined
    const beginning = beginningOf(bytes)
    const content = beginning === 'undecided' ? 'other' : beginning
    if (content === 'sip') this.#flow.tell()
    const firstAtMs = message.frames.firstAtMs
    const fragments = message.payloads.length
    this.#flow.emit({
      ...this.#flow.sighting(this.#from, segment, message.frames.take(), firstAtMs),
      kind: 'message',
      content,
      bytes,
      truncated: inflated === undefined || !message.begun,
      webSocket: {
        opcode: message.opcode,
        fragments,
        masked: message.maskedFrames === 0 ? 'none' : message.maskedFrames === fragments ? 'all' : 'mixed',
        compressed: message.compressed,
        interleaved: message.interleaved,
        begun: message.begun,
      },
    })
  }
}

/**
 * Whether a segment begins with a frame, judged without the handshake: a data frame with the start of SIP in it, or a
 * control frame that is the whole segment.
 */
export function startsFrame(bytes: Buffer, inflater: MessageInflater): boolean {
  const header = readFrameHeader(bytes, 0, bytes.length)
  if (header === undefined || header.overlong || (header.reserved & ~compressedBit) !== 0) return false
  if (header.opcode >= opcode.close && header.opcode <= opcode.pong) {
    return header.final && header.reserved === 0 && header.headerBytes + header.payloadLength === bytes.length
  }
  if (header.opcode !== opcode.text && header.opcode !== opcode.binary) return false
  if (header.payloadLength > longestPayload) return false
  const payload = framePayload(bytes, 0, header, bytes.length)
  if (header.reserved === 0) return beginningOf(payload) === 'sip'
  const whole = header.final && payload.length === header.payloadLength
  const message = whole ? inflater.peek(payload) : undefined
  return message !== undefined && beginningOf(message) === 'sip'
}
