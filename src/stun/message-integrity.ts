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
 * The value of MESSAGE-INTEGRITY at `end` of a message (RFC 8489 14.5): an HMAC-SHA1 of all before it, with the length as
 * if it were the last attribute. Thousands of paths are checked every few seconds: `createHmac` would make an object each
 * time that the garbage collector has to look after.
 */
export function messageIntegrity(key: Buffer, bytes: Uint8Array, end: number): Buffer {
  if (blockBytes + end > inner.length) inner = Buffer.alloc(2 * (blockBytes + end))
  pad(inner, key, innerPad)
  pad(outer, key, outerPad)
  inner.set(bytes.subarray(0, end), blockBytes)
  inner.writeUInt16BE(end + 4 + integrityBytes - headerBytes, blockBytes + 2)
  outer.set(hash('sha1', inner.subarray(0, blockBytes + end), 'buffer'), blockBytes)
  return hash('sha1', outer, 'buffer')
}

function pad(into: Buffer, key: Buffer, octet: number): void {
  const short = key.length > blockBytes ? hash('sha1', key, 'buffer') : key
  for (let place = 0; place < blockBytes; place++) into[place] = octet ^ (short[place] ?? 0)
}
