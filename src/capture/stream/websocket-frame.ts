/*
 *  RFC 6455 5.2
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |F|R|R|R|opcode |M| Payload len |  Extended payload length      |
 *  |N|1|2|3| (4)   |A|    (7)      |        (16 or 64 bits)        |
 */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameHeader {
  readonly final: boolean
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly reserved: number
  readonly opcode: number
  readonly masked: boolean
  readonly headerBytes: number
  readonly payloadLength: number
  /** Length in more octets than needed. */
  readonly overlong: boolean
}

export const isControl = (code: number): boolean => code >= 8

/** The header at `at`; undefined while it is not complete. */
export function readFrameHeader(bytes: Buffer, at: number, end: number): FrameHeader | undefined {
  if (end - at < 2) return undefined
  const [first, second] = [bytes[at]!, bytes[at + 1]!]
  const masked = (second & 0x80) !== 0
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const headerBytes = 2 + lengthBytes + (masked ? 4 : 0)
  if (end - at < headerBytes) return undefined
  const payloadLength =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? bytes.readUInt16BE(at + 2)
        : bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6)
  return {
    final: (first & 0x80) !== 0,
    reserved: (first >> 4) & 7,
    opcode: first & 15,
    masked,
    headerBytes,
    payloadLength,
    overlong: (lengthBytes === 2 && payloadLength < 126) || (lengthBytes === 8 && payloadLength < 65_536),
  }
}

/** A copy of the payload behind the header at `at`, without its mask (RFC 6455 5.3). */
export function framePayload(bytes: Buffer, at: number, header: FrameHeader, end: number): Buffer {
  const from = at + header.headerBytes
  const payload = Buffer.from(bytes.subarray(from, Math.min(end, from + header.payloadLength)))
  if (!header.masked) return payload
  const key = bytes.subarray(from - 4, from)
  for (let index = 0; index < payload.length; index++) payload[index]! ^= key[index & 3]!
  return payload
}
