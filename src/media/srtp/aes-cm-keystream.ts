import { type Cipher, createCipheriv } from 'node:crypto'

const blockBytes = 16
/** Enough for 20 ms of G.711. */
const firstBlocks = 11

/**
 * The keystream of AES in counter mode (RFC 3711 4.1.1). One ECB cipher lives as long as the key and encrypts the
 * counter blocks: no cipher is made for a packet. Between packets of a source only the sequence number in the blocks
 * changes.
 */
export class AesCmKeystream {
  readonly #cipher: Cipher
  readonly #salt: Uint8Array
  #blocks = Buffer.alloc(0)
  /** The blocks that a packet of the last size needs. */
  #used = this.#blocks
  #ssrc = 0
  #indexHigh = 0

  /** `salt` has 14 bytes. */
  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false)
    this.#salt = salt
    this.#grow(firstBlocks)
  }

  /** At least `bytes` bytes for the packet of that source and index (48 bits in two parts). */
  of(ssrc: number, indexHigh: number, indexLow: number, bytes: number): Buffer {
    const count = Math.ceil(bytes / blockBytes)
    if (count * blockBytes > this.#blocks.length) this.#grow(count)
    if (ssrc !== this.#ssrc || indexHigh !== this.#indexHigh) this.#write(ssrc, indexHigh)
    const blocks = this.#blocks
    const high = (this.#salt[12] ?? 0) ^ (indexLow >>> 8)
    const low = (this.#salt[13] ?? 0) ^ (indexLow & 0xff)
    const end = count * blockBytes
    for (let at = 12; at < end; at += blockBytes) {
      blocks[at] = high
      blocks[at + 1] = low
    }
    if (this.#used.length !== end) this.#used = blocks.subarray(0, end)
    return this.#cipher.update(this.#used)
  }

  #grow(count: number): void {
    this.#blocks = Buffer.alloc(count * blockBytes)
    this.#used = this.#blocks
    this.#write(this.#ssrc, this.#indexHigh)
  }

  /** IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16), plus the number of the block. */
  #write(ssrc: number, indexHigh: number): void {
    this.#ssrc = ssrc
    this.#indexHigh = indexHigh
    const blocks = this.#blocks
    for (let at = 0, number = 0; at < blocks.length; at += blockBytes, number++) {
      blocks.set(this.#salt, at)
      blocks.writeUInt32BE((blocks.readUInt32BE(at + 4) ^ ssrc) >>> 0, at + 4)
      blocks.writeUInt32BE((blocks.readUInt32BE(at + 8) ^ indexHigh) >>> 0, at + 8)
      blocks.writeUInt16BE(number, at + 14)
    }
  }
}
