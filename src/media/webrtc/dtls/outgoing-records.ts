import type { DtlsClient } from 'werift'
import { closeNotify, headerBytes, renumbered, resealed } from './dtls-record.js'

/** Below the MTU of any path that WebRTC meets, with room for tunnels. */
const datagramBytes = 1200

/**
 * What werift sends, on its way to the wire. werift puts each message of a flight into a datagram of its own, which a
 * far side that reads with several threads takes in any order, and it repeats records under their old numbers, which
 * OpenSSL drops as replays (RFC 6347 4.1.2.6), so that the handshake never recovers. Here a flight leaves in as few
 * datagrams as it fits in, and every record has a number of its own (RFC 6347 4.1, 4.2.4).
 */
export class OutgoingRecords {
  readonly #cipher: DtlsClient['cipher']
  readonly #put: (datagram: Buffer) => void
  #lastInClear = -1
  #lastSealed = -1
  #waiting: Buffer[] = []

  constructor(cipher: DtlsClient['cipher'], put: (datagram: Buffer) => void) {
    this.#cipher = cipher
    this.#put = put
  }

  /** One or more records; they leave in this turn, with the others of their flight. */
  send(bytes: Buffer): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush())
    for (let at = 0; at + headerBytes <= bytes.length; ) {
      const end = at + headerBytes + bytes.readUInt16BE(at + 11)
      this.#waiting.push(this.#numbered(bytes.subarray(at, end)))
      at = end
    }
  }

  /** RFC 5246 7.2.1; only once there are keys. */
  close(): void {
    this.#put(closeNotify(this.#cipher, ++this.#lastSealed))
  }

  #numbered(record: Buffer): Buffer {
    if (record.readUInt16BE(3) === 0) return renumbered(record, ++this.#lastInClear)
    const number = record.readUIntBE(5, 6)
    if (number <= this.#lastSealed) return resealed(this.#cipher, record, ++this.#lastSealed)
    this.#lastSealed = number
    return record
  }

  #flush(): void {
    const records = this.#waiting
    this.#waiting = []
    let datagram: Buffer[] = []
    let length = 0
    for (const record of records) {
      if (length > 0 && length + record.length > datagramBytes) {
        this.#put(Buffer.concat(datagram))
        datagram = []
        length = 0
      }
      datagram.push(record)
      length += record.length
    }
    this.#put(Buffer.concat(datagram))
  }
}
