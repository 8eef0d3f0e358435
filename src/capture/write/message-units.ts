import { type FramerEvents, StreamFramer } from '../../sip/message/stream-framer.js'
import { framePayload, readFrameHeader } from '../stream/websocket-frame.js'

/** Takes octets that stand together, with the call they belong to; '' when they belong to none. */
export type UnitUser = (bytes: Buffer, callId: string) => void

const headEnd = '\r\n\r\n'
const callIdLine = /\r\n(?:Call-ID|i)[ \t]*:[ \t]*([^\r\n]*\S)/i

/** Call-ID of a SIP message, '' without one. */
export const callIdOf = (bytes: Buffer): string => callIdLine.exec(bytes.toString('latin1'))?.[1] ?? ''

/** Cuts one direction of a connection into what may be left out without harm to the rest. */
export interface MessageUnits {
  push(bytes: Buffer): void
}

/** Messages of a stream and the keep-alives between them. */
export class SipUnits implements MessageUnits, FramerEvents {
  readonly #framer = new StreamFramer()
  readonly #user: UnitUser

  constructor(user: UnitUser) {
    this.#user = user
  }

  push(bytes: Buffer): void {
    if (this.#framer.failed) this.#user(bytes, '')
    else this.#framer.push(bytes, this)
  }

  onMessage(bytes: Buffer): void {
    this.#user(bytes, callIdOf(bytes))
  }

  onPing(): void {
    this.#user(Buffer.from('\r\n\r\n'), '')
  }

  onPong(): void {
    this.#user(Buffer.from('\r\n'), '')
  }

  onMalformed(_kind: string, head: Buffer): void {
    this.#user(Buffer.concat([head, this.#framer.remainder()]), '')
  }
}

/** The head of the handshake and the frames behind it; a message in fragments belongs to the call of its first. */
export class WebSocketUnits implements MessageUnits {
  readonly #user: UnitUser
  #held = Buffer.alloc(0)
  #begun = false
  #callId = ''

  constructor(user: UnitUser) {
    this.#user = user
  }

  push(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes])
    if (!this.#begun && !this.#takeHead()) return
    for (let length = this.#frame(); length > 0; length = this.#frame()) {
      this.#held = this.#held.subarray(length)
    }
  }

  #takeHead(): boolean {
    const end = this.#held.indexOf(headEnd)
    if (end < 0) return false
    this.#begun = true
    this.#user(this.#held.subarray(0, end + headEnd.length), '')
    this.#held = this.#held.subarray(end + headEnd.length)
    return true
  }

  /** Octets of the whole frame that stands first; 0 when there is none. */
  #frame(): number {
    const header = readFrameHeader(this.#held, 0, this.#held.length)
    const length = header === undefined ? 0 : header.headerBytes + header.payloadLength
    if (header === undefined || length > this.#held.length) return 0
    const isData = header.opcode < 8
    if (isData && header.opcode > 0) this.#callId = callIdOf(framePayload(this.#held, 0, header, length))
    this.#user(this.#held.subarray(0, length), isData ? this.#callId : '')
    return length
  }
}
