import { optionCode } from '../file/pcapng-interface.js'
import { blockType, tlsKeyLog } from '../file/pcapng-reader.js'

/** Blocks of draft-ietf-opsawg-pcapng, little-endian. Each function returns one whole block. */

const unknownLength = 0xffff_ffff
const byteOrderMagic = 0x1a2b_3c4d
/** if_tsresol: 10^-9 s. */
const nanosecondResolution = 9
const frameBytes = 12

interface Option {
  readonly code: number
  readonly value: Buffer
}

const shbUserApplication = 4
const ifDescription = 3

const text = (code: number, value: string): Option => ({ code, value: Buffer.from(value, 'utf8') })

const padded = (length: number): number => (length + 3) & ~3

function optionBytes(options: readonly Option[]): Buffer {
  if (options.length === 0) return Buffer.alloc(0)
  const parts = options.map(({ code, value }) => {
    const bytes = Buffer.alloc(4 + padded(value.length))
    bytes.writeUInt16LE(code, 0)
    bytes.writeUInt16LE(value.length, 2)
    value.copy(bytes, 4)
    return bytes
  })
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

function block(type: number, body: Buffer, options: readonly Option[] = []): Buffer {
  const tail = optionBytes(options)
  const bodyBytes = padded(body.length)
  const bytes = Buffer.alloc(frameBytes + bodyBytes + tail.length)
  bytes.writeUInt32LE(type, 0)
  bytes.writeUInt32LE(bytes.length, 4)
  body.copy(bytes, 8)
  tail.copy(bytes, 8 + bodyBytes)
  bytes.writeUInt32LE(bytes.length, bytes.length - 4)
  return bytes
}

/** A new section; `comment` is shown by Wireshark as the comment of the file. */
export function sectionHeader(application: string, comment: string): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt32LE(byteOrderMagic, 0)
  body.writeUInt16LE(1, 4)
  body.writeUInt32LE(unknownLength, 8)
  body.writeUInt32LE(unknownLength, 12)
  return block(blockType.section, body, [text(shbUserApplication, application), text(optionCode.comment, comment)])
}

/** Times of its packets are in nanoseconds; there is no snap length. */
export function interfaceDescription(link: number, name: string, description: string): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(link, 0)
  const resolution = { code: optionCode.ifTsresol, value: Buffer.from([nanosecondResolution]) }
  return block(blockType.interface, body, [text(optionCode.ifName, name), text(ifDescription, description), resolution])
}

/** `originalLength` is more than `bytes` holds when a part of the packet is left out. */
export function enhancedPacket(
  interfaceIndex: number,
  atMs: number,
  bytes: Buffer,
  originalLength = bytes.length,
): Buffer {
  const body = Buffer.alloc(20 + bytes.length)
  const wholeMs = Math.floor(atMs)
  const stamp = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((atMs - wholeMs) * 1e6))
  body.writeUInt32LE(interfaceIndex, 0)
  body.writeUInt32LE(Number(stamp >> 32n), 4)
  body.writeUInt32LE(Number(stamp & 0xffff_ffffn), 8)
  body.writeUInt32LE(bytes.length, 12)
  body.writeUInt32LE(originalLength, 16)
  bytes.copy(body, 20)
  return block(blockType.enhancedPacket, body)
}

/** Text of a TLS key log; it must stand before the packets that need it. */
export function tlsSecrets(keyLog: string): Buffer {
  const secrets = Buffer.from(keyLog, 'latin1')
  const body = Buffer.alloc(8 + secrets.length)
  body.writeUInt32LE(tlsKeyLog, 0)
  body.writeUInt32LE(secrets.length, 4)
  secrets.copy(body, 8)
  return block(blockType.secrets, body)
}
