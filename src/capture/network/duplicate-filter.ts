import { type Datagram, ipProtocol } from './datagram.js'

/** Slots of the table: a power of two, many times what a busy link carries in the longest window. */
const slots = 65_536
const slotWords = 4
/** Times are kept in 32 bits, which come round after six hours. */
const ticksPerMs = 100
/** Copies with the same IPv4 identification: mirror ports, several interfaces, or two sides of a router. */
const sameIdentificationMs = 100
/** Copies of what bears no identification: nobody repeats a message sooner. */
const withoutIdentificationMs = 5
const fnvOffset = 0x811c_9dc5
const fnvPrime = 0x0100_0193
/** Octets looked at where the first ones never repeat: UDP and RTP headers with their timestamps; TCP with its options. */
const mediaHead = 24
const tcpHead = 60
const tail = 16

/**
 * Tells copies of a datagram that the capture holds already. Time to live, link header and IP checksum may differ, as
 * they do on two sides of a router; addresses, identification and every octet of the payload are the same.
 */
export class DuplicateFilter {
  /** Two hashes and the time of each datagram side by side, so that the processor fetches them at once. */
  readonly #table = new Int32Array(slots * slotWords)

  isCopy(datagram: Datagram): boolean {
    const hash = hashOf(datagram)
    const second = secondOf(datagram)
    const at = ((hash ^ (hash >>> 16)) & (slots - 1)) * slotWords
    const table = this.#table
    const ticks = Math.round(datagram.atMs * ticksPerMs) | 0
    if (table[at] === hash && table[at + 1] === second) {
      const windowMs = datagram.identification === 0 ? withoutIdentificationMs : sameIdentificationMs
      if (Math.abs((ticks - table[at + 2]!) | 0) <= windowMs * ticksPerMs) return true
    }
    table[at] = hash
    table[at + 1] = second
    table[at + 2] = ticks
    return false
  }
}

/** A hash in the manner of FNV-1a over the payload; of RTP and TCP only over both ends. */
function hashOf(datagram: Datagram): number {
  const { bytes, start, end } = datagram
  let hash = Math.imul(fnvOffset ^ datagram.source, fnvPrime)
  hash = Math.imul(hash ^ datagram.destination, fnvPrime)
  const headEnd = start + headBytes(datagram)
  if (headEnd + tail >= end) return hashBytes(bytes, start, end, hash) | 0
  return hashBytes(bytes, end - tail, end, hashBytes(bytes, start, headEnd, hash)) | 0
}

function hashBytes(bytes: Buffer, from: number, to: number, seed: number): number {
  let hash = seed
  let other = fnvOffset | 0
  let at = from
  // Words of four octets in two hashes: multiplications that depend on each other are what takes the time.
  for (; at + 7 < to; at += 8) {
    hash = Math.imul(hash ^ wordAt(bytes, at), fnvPrime)
    other = Math.imul(other ^ wordAt(bytes, at + 4), fnvPrime)
    hash ^= hash >>> 15
    other ^= other >>> 15
  }
  hash = Math.imul(hash ^ other, fnvPrime)
  for (; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, fnvPrime)
  return hash
}

const wordAt = (bytes: Buffer, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)

function headBytes({ bytes, start, end, protocol, fragmentOffset }: Datagram): number {
  if (fragmentOffset > 0) return end - start
  if (protocol === ipProtocol.tcp) return tcpHead
  return protocol === ipProtocol.udp && (bytes[start + 8]! & 0xc0) === 0x80 ? mediaHead : end - start
}

const secondOf = ({ identification, start, end, fragmentOffset, source, destination }: Datagram): number =>
  (Math.imul(identification ^ (source << 1) ^ destination, 0x9e37_79b1) ^ ((end - start) << 16) ^ fragmentOffset) | 0
