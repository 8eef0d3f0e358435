import { hash } from 'node:crypto'

/** Of SHA-1. */
const blockBytes = 64
export const integrityBytes = 20
/** RFC 2104 2. */
const innerPad = 0x36
const outerPad = 0x5c
const headerBytes = 20

/** The padded key and the message behind it, and the padded key and the inner hash: the same memory for every message. */
let inner = Buffer.alloc(2048)
const outer = Buffer.alloc(blockBytes + integrityBytes)

/**
 * The value of MESSAGE-INTEGRITY at `end` of a message (RFC 8489 14.5), an octet a character: an HMAC-SHA1 of all before it,
 * with the length as if it were the last attribute. Thousands of paths are checked every few seconds, and `createHmac` and
 * each Buffer of a hash would be objects that the garbage collector has to look after.
 */
export function messageIntegrity(key: Buffer, bytes: Uint8Array, end: number): string {
  if (blockBytes + end > inner.length) inner = Buffer.alloc(2 * (blockBytes + end))
  pad(inner, key, innerPad)
  pad(outer, key, outerPad)
  inner.set(end === bytes.length ? bytes : bytes.subarray(0, end), blockBytes)
  inner.writeUInt16BE(end + 4 + integrityBytes - headerBytes, blockBytes + 2)
  outer.write(hash('sha1', inner.subarray(0, blockBytes + end), 'binary'), blockBytes, 'latin1')
  return hash('sha1', outer, 'binary')
}

function pad(into: Buffer, key: Buffer, octet: number): void {
  const short = key.length > blockBytes ? hash('sha1', key, 'buffer') : key
  const length = short.length
  for (let place = 0; place < length; place++) into[place] = octet ^ (short[place] as number)
  into.fill(octet, length, blockBytes)
}
