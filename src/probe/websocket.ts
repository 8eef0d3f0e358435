import type { Rng } from '../base/rng.js'

/** Opcodes of RFC 6455 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface Frame {
  readonly opcode: number
  readonly final: boolean
  readonly payload: Buffer
}

/** The client's side of the opening handshake, RFC 6455 4.1 and RFC 7118 4.1. */
export const upgradeRequest = (host: string, rng: Rng): string =>
  [
    'GET / HTTP/1.1',
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${Buffer.from(`${rng.token()}0123`, 'latin1').toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: sip',
    '',
    '',
  ].join('\r\n')

/** A masked frame (RFC 6455 5.3). */
export function clientFrame(code: number, payload: Buffer, rng: Rng, final = true): Buffer {
  const mask = Buffer.alloc(4)
  mask.writeUInt32BE(rng.uint32())
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0, 0x80 | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([0, 0x80 | 127, 0, 0, 0, 0]), uint32(length)])
  head[0] = code | (final ? 0x80 : 0)
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)))
  return Buffer.concat([head, mask, masked])
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The server's side of a WebSocket connection: first the head of its HTTP response, then frames. */
export class WebSocketReader {
  #held = Buffer.alloc(0)
  #open = false
  #parts: Buffer[] = []
  readonly #onHead: (head: string) => void
  readonly #onMessage: (payload: Buffer, code: number) => void

  /** `onMessage` gets whole messages, and control frames as they come. */
  constructor(onHead: (head: string) => void, onMessage: (payload: Buffer, code: number) => void) {
    this.#onHead = onHead
    this.#onMessage = onMessage
  }

  push(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes])
    if (!this.#open && !this.#readHead()) return
    for (let frame = this.#readFrame(); frame !== undefined; frame = this.#readFrame()) this.#take(frame)
  }

  #readHead(): boolean {
    const end = this.#held.indexOf('\r\n\r\n')
    if (end < 0) return false
    const head = this.#held.toString('latin1', 0, end + 4)
    this.#held = this.#held.subarray(end + 4)
    this.#open = true
    this.#onHead(head)
    return true
  }

  #readFrame(): Frame | undefined {
    const held = this.#held
    if (held.length < 2) return undefined
    const short = (held[1] ?? 0) & 0x7f
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2
    if (held.length < headLength) return undefined
    const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? held.readUInt32BE(6) : short
    if (held.length < headLength + length) return undefined
    this.#held = held.subarray(headLength + length)
    const first = held[0] ?? 0
    return {
      opcode: first & 15,
      final: (first & 0x80) !== 0,
      payload: Buffer.from(held.subarray(headLength, headLength + length)),
    }
  }

  #take({ opcode: code, final, payload }: Frame): void {
    if (code >= opcode.close) {
      this.#onMessage(payload, code)
      return
    }
    this.#parts.push(payload)
    if (!final) return
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    this.#onMessage(whole, code)
  }
}
