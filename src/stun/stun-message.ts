import { timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { integrityBytes, messageIntegrity } from './message-integrity.js'
import { attributeTypes } from './stun-attribute.js'
import { StunAttributes } from './stun-attributes.js'

/**
 * STUN messages (RFC 8489) as values. Pure: nothing here sends or waits.
 *
 *  0                   1                   2                   3
 * |0 0|   message type (class, method)   |         length        |
 * |                  magic cookie 0x2112A442                     |
 * |                  transaction id (96 bits)                    |
 * |                  attributes: type, length, value, padding    |
 */
export const stunHeaderBytes = 20
export const magicCookie = 0x2112a442
/** RFC 8489 14.7. */
const fingerprintMask = 0x5354554e

export const stunClasses = ['request', 'indication', 'success', 'error'] as const
export type StunClass = (typeof stunClasses)[number]

/** RFC 8489 18.2 and RFC 8656 17. */
export const stunMethods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const

export interface StunMessage {
  readonly bytes: Buffer
  readonly method: number
  readonly messageClass: StunClass
  /** The twelve octets in hexadecimal. */
  readonly transactionId: string
  /** The first attribute of each type (RFC 8489 14); none that follow MESSAGE-INTEGRITY. */
  readonly attributes: StunAttributes
  /** Where MESSAGE-INTEGRITY starts, -1 without one. */
  readonly integrityOffset: number
}

export interface StunAttribute {
  readonly type: number
  readonly value: Buffer
}

/** RFC 8489 5: two zero bits and the magic cookie; RFC 7983 7 tells it from DTLS and RTP the same way. */
export const looksLikeStun = (bytes: Uint8Array): boolean =>
  bytes.length >= stunHeaderBytes &&
  (bytes[0] ?? 0xff) < 4 &&
  bytes[4] === 0x21 &&
  bytes[5] === 0x12 &&
  bytes[6] === 0xa4 &&
  bytes[7] === 0x42

/** Reads a message; undefined when its lengths or its FINGERPRINT are wrong. */
export function readStun(bytes: Buffer): StunMessage | undefined {
  if (!looksLikeStun(bytes) || bytes.readUInt16BE(2) !== bytes.length - stunHeaderBytes || bytes.length % 4 !== 0) {
    return undefined
  }
  let integrityOffset = -1
  let offset = stunHeaderBytes
  while (offset + 4 <= bytes.length) {
    const type = bytes.readUInt16BE(offset)
    const end = offset + 4 + bytes.readUInt16BE(offset + 2)
    if (end > bytes.length) return undefined
    if (type === attributeTypes.fingerprint) {
      if (end !== offset + 8 || bytes.readUInt32BE(offset + 4) !== fingerprintOf(bytes, offset)) return undefined
    } else if (integrityOffset < 0 && type === attributeTypes.messageIntegrity) integrityOffset = offset
    offset = end + (-end & 3)
  }
  const head = bytes.readUInt16BE(0)
  return {
    bytes,
    method: (head & 0x000f) | ((head & 0x00e0) >> 1) | ((head & 0x3e00) >> 2),
    messageClass: stunClasses[((head & 0x0010) >> 4) | ((head & 0x0100) >> 7)] ?? 'request',
    transactionId: bytes.toString('hex', 8, stunHeaderBytes),
    attributes: new StunAttributes(bytes, stunHeaderBytes, integrityOffset < 0 ? bytes.length : integrityOffset),
    integrityOffset,
  }
}

/** Of the message that is looked at: the same memory for all. */
const expected = Buffer.alloc(integrityBytes)

export function hasIntegrity(message: StunMessage, key: Buffer): boolean {
  const { bytes, integrityOffset } = message
  const sent = bytes.subarray(integrityOffset + 4, integrityOffset + 4 + integrityBytes)
  if (integrityOffset < 0 || bytes.readUInt16BE(integrityOffset + 2) !== integrityBytes) return false
  expected.write(messageIntegrity(key, bytes, integrityOffset), 'latin1')
  return timingSafeEqual(sent, expected)
}

export interface StunHead {
  readonly method: number
  readonly messageClass: StunClass
  /** Twelve octets in hexadecimal. */
  readonly transactionId: string
}

/** Writes a message; with `key` it gets MESSAGE-INTEGRITY, and FINGERPRINT unless that is left out. */
export function writeStun(
  head: StunHead,
  attributes: readonly StunAttribute[],
  key?: Buffer,
  withFingerprint = key !== undefined,
): Buffer {
  let length = stunHeaderBytes
  for (const { value } of attributes) length += 4 + value.length + (-value.length & 3)
  const total = length + (key ? 4 + integrityBytes : 0) + (withFingerprint ? 8 : 0)
  // All of it is written below.
  const bytes = Buffer.allocUnsafe(total)
  bytes.writeUInt16BE(typeField(head), 0)
  bytes.writeUInt32BE(magicCookie, 4)
  bytes.write(head.transactionId, 8, 12, 'hex')
  let offset = stunHeaderBytes
  for (const { type, value } of attributes) {
    writeAttributeHead(bytes, offset, type, value.length)
    value.copy(bytes, offset + 4)
    const end = offset + 4 + value.length
    offset = end + (-value.length & 3)
    bytes.fill(0, end, offset)
  }
  if (key) {
    writeAttributeHead(bytes, offset, attributeTypes.messageIntegrity, integrityBytes)
    bytes.write(messageIntegrity(key, bytes, offset), offset + 4, 'latin1')
    offset += 4 + integrityBytes
  }
  bytes.writeUInt16BE(total - stunHeaderBytes, 2)
  if (withFingerprint) {
    writeAttributeHead(bytes, offset, attributeTypes.fingerprint, 4)
    bytes.writeUInt32BE(fingerprintOf(bytes, offset), offset + 4)
  }
  return bytes
}

function writeAttributeHead(bytes: Buffer, offset: number, type: number, valueBytes: number): void {
  bytes.writeUInt16BE(type, offset)
  bytes.writeUInt16BE(valueBytes, offset + 2)
}

/** Of all that lies before `end`. */
const fingerprintOf = (bytes: Buffer, end: number): number => (crc32(bytes.subarray(0, end)) ^ fingerprintMask) >>> 0

/** RFC 8489 5: the class sits in bits 4 and 8, the method around them. */
function typeField({ method, messageClass }: StunHead): number {
  const code = stunClasses.indexOf(messageClass)
  return (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2) | ((code & 1) << 4) | ((code & 2) << 7)
}
