import type { RemoteInfo } from 'node:dgram'
import { ringSlotBytes } from '../native/rtp-addon.js'
import type { NativeSocket } from './native-socket.js'
import { SourceTable } from './source-table.js'

/*
 *  One slot (native/packet_ring.h); before the first one stand the numbers of packets written and read, modulo 2^32.
 *   0 time of arrival, double, ms | 8 length | 12 socket | 16 address, 28 octets | 44 its length, 16 bits
 *  46 the row that it is counted for, and one, 16 bits | 48 packet
 */
const lengthWord = 2
const socketWord = 3
const addressWord = 4
const countedWord = 11
const packetByte = 48
const slotWords = ringSlotBytes / 4
const slotDoubles = ringSlotBytes / 8

/** Takes packets out of the ring of the native part and gives each to its socket. */
export class NativePackets {
  readonly ring: Uint8Array
  readonly #slots: number
  readonly #words: Uint32Array
  readonly #doubles: Float64Array
  /** Packets of a size in a slot are seen through the same view: they have few sizes. */
  readonly #views: (Buffer | undefined)[] = []
  readonly #sockets: (NativeSocket | undefined)[] = []
  readonly #sources = new SourceTable()
  #read = 0
  #reading = false

  /** `slots`: a power of two. */
  constructor(slots: number) {
    const memory = new ArrayBuffer((slots + 1) * ringSlotBytes)
    this.#slots = slots
    this.ring = new Uint8Array(memory)
    this.#words = new Uint32Array(memory)
    this.#doubles = new Float64Array(memory)
  }

  add(socket: NativeSocket): void {
    this.#sockets[socket.number] = socket
  }

  /** What has come for it is nobody's. */
  remove(socket: NativeSocket): void {
    this.drain()
    this.#sockets[socket.number] = undefined
  }

  /** Takes all there is; does nothing where it is called from within itself. */
  drain(): void {
    if (this.#reading) return
    this.#reading = true
    try {
      const written = Atomics.load(this.#words, 0)
      while (this.#read !== written) {
        this.#deliver(this.#read % this.#slots)
        this.#read = (this.#read + 1) >>> 0
        Atomics.store(this.#words, 1, this.#read)
      }
    } finally {
      this.#reading = false
    }
  }

  #deliver(slot: number): void {
    const word = (slot + 1) * slotWords
    const words = this.#words
    const socket = this.#sockets[words[word + socketWord] ?? -1]
    if (!socket) return
    const atMs = this.#doubles[(slot + 1) * slotDoubles]
    const bytes = this.#view(slot, words[word + lengthWord] ?? 0)
    const from = this.#sourceOf(socket, slot)
    const counted = (words[word + countedWord] ?? 0) >>> 16
    // What is not RTP or RTCP may be kept by whoever reads it (RFC 7983 7).
    const first = bytes[0] ?? 0
    socket.onMessage(
      first >= 128 && first <= 191 ? bytes : Buffer.from(bytes),
      from,
      atMs,
      counted > 0 ? counted - 1 : undefined,
    )
  }

  #sourceOf(socket: NativeSocket, slot: number): RemoteInfo {
    const words = this.#words
    const at = (slot + 1) * slotWords + addressWord
    const sources = this.#sources
    socket.lastSource = sources.find(socket.lastSource, words, at) ?? sources.add(words, at, socket.readSource(slot))
    return socket.lastSource.info
  }

  #view(slot: number, length: number): Buffer {
    let view = this.#views[slot]
    if (view?.length !== length) {
      view = Buffer.from(this.ring.buffer, (slot + 1) * ringSlotBytes + packetByte, length)
      this.#views[slot] = view
    }
    return view
  }
}
