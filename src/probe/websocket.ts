import { createHash } from 'node:crypto'
import { constants, inflateRawSync } from 'node:zlib'
import type { Rng } from '../base/rng.js'
import { formatAddress } from '../model/address.js'
import { httpFields } from './http.js'
import type { ProbeTarget } from './target.js'

/** Opcodes of RFC 6455 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface Frame {
  readonly opcode: number
  readonly final: boolean
  /** The first reserved bit: a compressed message (RFC 7692 6). */
  readonly compressed: boolean
  readonly payload: Buffer
}

/** The client's side of the opening handshake, RFC 6455 4.1 and RFC 7118 4.1. */
export const upgradeRequest = ({ address, webSocket }: ProbeTarget, rng: Rng): string =>
  [
    `GET ${webSocket.path} HTTP/1.1`,
    `Host: ${formatAddress(address)}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${Buffer.from(`${rng.token()}0123`, 'latin1').toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: sip',
    ...webSocket.fields,
    '',
    '',
  ].join('\r\n')

/** The server's answer to such a request: RFC 6455 4.2.2. */
export function upgradeResponse(head: string): string {
  const key = httpFields(head, 'Sec-WebSocket-Key')[0] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'latin1').digest('base64')
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    'Sec-WebSocket-Protocol: sip',
    '',
    '',
  ].join('\r\n')
}

/** RFC 6455 7.4.1. */
export const goingAway = Buffer.from([0x03, 0xe9])

/** RFC 6455 5.5.1; 1005 stands for none (7.4.1). */
export const closeStatus = (payload: Buffer): number => (payload.length < 2 ? 1005 : payload.readUInt16BE(0))

/** A masked frame (RFC 6455 5.3). */
export function clientFrame(code: number, payload: Buffer, rng: Rng, final = true): Buffer {
  const mask = Buffer.alloc(4)
  mask.writeUInt32BE(rng.uint32())
  return Buffer.concat([frameHead(code, payload.length, final, 0x80), mask, masked(payload, mask)])
}

export const serverFrame = (code: number, payload: Buffer, final = true): Buffer =>
  Buffer.concat([frameHead(code, payload.length, final, 0), payload])

function frameHead(code: number, length: number, final: boolean, maskBit: 0 | 0x80): Buffer {
  const head =
    length < 126
      ? Buffer.from([0, maskBit | length])
      : length < 65_536
        ? Buffer.from([0, maskBit | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([0, maskBit | 127, 0, 0, 0, 0]), uint32(length)])
  head[0] = code | (final ? 0x80 : 0)
  return head
}

const masked = (payload: Buffer, mask: Buffer): Buffer =>
  Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)))

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** RFC 7692 7.2.2, without context of earlier messages; what cannot be inflated stays as it is. */
function inflated(payload: Buffer): Buffer {
  try {
    return inflateRawSync(Buffer.concat([payload, deflateTail]), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return payload
  }
}

/** What RFC 7692 7.2.1 takes off the end of a compressed message. */
export const deflateTail = Buffer.from([0, 0, 0xff, 0xff])

/** The other side of a WebSocket connection: first the head of its HTTP message, then frames. */
export class WebSocketReader {
  #held = Buffer.alloc(0)
  #open = false
  #refused = false
  #parts: Buffer[] = []
  #compressed = false
  readonly #onHead: (head: string) => boolean
  readonly #onMessage: (payload: Buffer, code: number) => void

  /** `onHead` says whether frames follow. `onMessage` gets whole messages, and control frames as they come. */
  constructor(onHead: (head: string) => boolean, onMessage: (payload: Buffer, code: number) => void) {
    this.#onHead = onHead
    this.#onMessage = onMessage
  }

  push(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes])
    if (!this.#open && !this.#readHead()) return
    if (this.#refused) return
    for (let frame = this.#readFrame(); frame !== undefined; frame = this.#readFrame()) this.#take(frame)
  }

  #readHead(): boolean {
    const end = this.#held.indexOf('\r\n\r\n')
    if (end < 0) return false
    const head = this.#held.toString('latin1', 0, end + 4)
    this.#held = this.#held.subarray(end + 4)
    this.#open = true
    this.#refused = !this.#onHead(head)
    return true
  }

  #readFrame(): Frame | undefined {
    const held = this.#held
    if (held.length < 2) return undefined
    const short = (held[1] ?? 0) & 0x7f
    const lengthEnd = short === 126 ? 4 : short === 127 ? 10 : 2
    const isMasked = ((held[1] ?? 0) & 0x80) !== 0
    const headLength = lengthEnd + (isMasked ? 4 : 0)
    if (held.length < headLength) return undefined
    const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? held.readUInt32BE(6) : short
    if (held.length < headLength + length) return undefined
    this.#held = held.subarray(headLength + length)
    const first = held[0] ?? 0
    const payload = held.subarray(headLength, headLength + length)
    return {
      opcode: first & 15,
      final: (first & 0x80) !== 0,
      compressed: (first & 0x40) !== 0,
      payload: isMasked ? masked(payload, held.subarray(lengthEnd, headLength)) : Buffer.from(payload),
    }
  }

  #take({ opcode: code, final, compressed, payload }: Frame): void {
    if (code >= opcode.close) {
      this.#onMessage(payload, code)
      return
    }
    this.#compressed ||= compressed
    this.#parts.push(payload)
    if (!final) return
    const whole = Buffer.concat(this.#parts)
    const wasCompressed = this.#compressed
    this.#parts = []
    this.#compressed = false
    this.#onMessage(wasCompressed ? inflated(whole) : whole, code)
  }
}
