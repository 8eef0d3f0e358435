import { hash } from 'node:crypto'

const blockBytes = 64
const digestBytes = 20
/** Room for a packet of 20 ms of G.711 before it grows. */
const firstMessageBytes = 256

/**
 * HMAC-SHA1 (RFC 2104) over a packet and a word, many times under one key. Built on the one-shot hash, which costs
 * less than half of an Hmac object a packet; digests are strings of one character a byte, the only kind that
 * node:crypto gives without a buffer of its own.
 */
export class HmacSha1 {
  /** Key XOR ipad, then the message. */
  #inner = Buffer.alloc(blockBytes + firstMessageBytes)
  /** Key XOR opad, then the inner digest. */
  readonly #outer = Buffer.alloc(blockBytes + digestBytes)
  /** The part of `#inner` in use; packets of a stream are nearly always equally long. */
  #message = this.#inner

  /** Takes a key of at most 64 bytes. */
  constructor(key: Uint8Array) {
    for (let i = 0; i < blockBytes; i++) {
      const byte = key[i] ?? 0
      this.#inner[i] = byte ^ 0x36
      this.#outer[i] = byte ^ 0x5c
    }
  }

  /** Of the first `length` bytes followed by the word in 32 bits: 20 characters. */
  digest(bytes: Uint8Array, length: number, word: number): string {
    const total = blockBytes + length + 4
    if (this.#message.length !== total) {
      if (this.#inner.length < total) this.#grow(total)
      this.#message = this.#inner.subarray(0, total)
    }
    const message = this.#message
    message.set(bytes.length === length ? bytes : bytes.subarray(0, length), blockBytes)
    message[total - 4] = word >>> 24
    message[total - 3] = word >>> 16
    message[total - 2] = word >>> 8
    message[total - 1] = word
    this.#outer.write(hash('sha1', message, 'binary'), blockBytes, 'latin1')
    return hash('sha1', this.#outer, 'binary')
  }

  #grow(bytes: number): void {
    const larger = Buffer.alloc(bytes)
    larger.set(this.#inner.subarray(0, blockBytes))
    this.#inner = larger
  }
}
