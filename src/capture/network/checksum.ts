import { u16be } from '../octet-numbers.js'
import type { Datagram } from './datagram.js'
import { ipProtocol } from './datagram.js'

export type ChecksumState = 'good' | 'bad' | 'absent' | 'unknown'

/** The checksum of the UDP or TCP datagram in hand (RFC 768, RFC 9293 3.1), with its pseudo-header. */
export function checksumState(datagram: Datagram): ChecksumState {
  const { bytes, start, end, protocol } = datagram
  if (datagram.cut || datagram.frames !== undefined) return 'unknown'
  if (protocol === ipProtocol.udp) {
    if (u16be(bytes, start + 6) === 0) return 'absent'
    const length = u16be(bytes, start + 4)
    return sumOf(datagram, Math.min(end, start + length)) === 0xffff ? 'good' : 'bad'
  }
  return sumOf(datagram, end) === 0xffff ? 'good' : 'bad'
}

function sumOf({ bytes, start, version, protocol, headerAt }: Datagram, end: number): number {
  const addressBytes = version === 4 ? 8 : 32
  const addressesAt = headerAt + (version === 4 ? 12 : 8)
  let sum = protocol + (end - start)
  for (let at = addressesAt; at < addressesAt + addressBytes; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  let at = start
  for (; at + 3 < end; at += 4) sum += ((bytes[at]! << 8) | bytes[at + 1]!) + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
  for (; at + 1 < end; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  if (at < end) sum += bytes[at]! << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return sum
}
