import { constants, inflateRawSync } from 'node:zlib'
import { after } from '../../../src/base/clock.js'
import type { Line, Link } from './link.js'

const code = { close: 8, ping: 9 } as const
const closes = { protocolError: 1002, notText: 1007 } as const
const delayMs = 1

/** RFC 7692 7.2.2. */
const inflated = (payload: Buffer): Buffer =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 255, 255])]), { finishFlush: constants.Z_SYNC_FLUSH })

/** The server's side of WebSocket frames: RFC 6455 5. */
export class Frames {
  readonly #link: Link
  readonly #parts = new Map<Line, Buffer[]>()
  readonly #deliver: (line: Line, message: Buffer) => void

  constructor(link: Link, deliver: (line: Line, message: Buffer) => void) {
    this.#link = link
    this.#deliver = deliver
  }

  /** `first`: FIN, reserved bits and opcode. */
  take(line: Line, first: number, payload: Buffer): void {
    const opcode = first & 15
    if (line.compressed && (first & 0x70) === 0x40) {
      if (!this.#link.has('cannot inflate')) this.#data(line, true, inflated(payload))
    } else if ((first & 0x70) !== 0 || (opcode > 2 && opcode < code.close)) {
      if (this.#link.has('takes reserved frames')) this.#data(line, true, payload)
      else this.#close(line, closes.protocolError)
    } else if (opcode === code.ping) {
      if (!this.#link.has('no pong')) this.#tell(line, `pong ${payload.toString('latin1')}`)
    } else if (opcode === code.close) {
      if (!this.#link.has('no close frame')) this.#close(line, payload.readUInt16BE(0))
    } else this.#data(line, (first & 0x80) !== 0, payload)
  }

  #data(line: Line, isFinal: boolean, payload: Buffer): void {
    if (this.#link.has('no fragments') && !isFinal) return
    const parts = [...(this.#parts.get(line) ?? []), payload]
    this.#parts.set(line, isFinal ? [] : parts)
    if (!isFinal) return
    const message = Buffer.concat(parts)
    const isText = Buffer.from(message.toString('utf8'), 'utf8').equals(message)
    if (isText || this.#link.has('takes any octets')) this.#deliver(line, message)
    else this.#close(line, closes.notText)
  }

  #close(line: Line, status: number): void {
    this.#tell(line, `closed by a close frame ${status}`)
  }

  #tell(line: Line, event: string): void {
    after(this.#link.clock, delayMs, () => line.events.onEvent(event))
  }
}
