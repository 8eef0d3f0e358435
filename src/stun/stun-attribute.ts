import { isIPv4 } from 'node:net'
import type { Address } from '../model/address.js'

/** RFC 8489 18.3, RFC 8445 20.1 and RFC 8656 18. */
export const attributeTypes = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const

const ipv4Family = 1
const ipv6Family = 2
/** Of the digit 0, which the dot comes before. */
const zeroCode = 48
const cookieHigh = 0x2112
/** The cookie as it stands before the transaction id in a message. */
const cookieHex = '2112a442'
const cookie = Buffer.from(cookieHex, 'hex')

/** RFC 8489 14.2: an address under the cookie, so that no NAT rewrites it. */
export function writeXorAddress({ host, port }: Address, transactionId: string): Buffer {
  const octets = addressOctets(host)
  const value = Buffer.allocUnsafe(4 + octets.length)
  value[0] = 0
  value[1] = octets.length === 4 ? ipv4Family : ipv6Family
  value.writeUInt16BE(port ^ cookieHigh, 2)
  const mask = maskOf(octets.length, transactionId)
  for (let index = 0; index < octets.length; index++) value[4 + index] = (octets[index] ?? 0) ^ (mask[index] ?? 0)
  return value
}

export function readXorAddress(value: Buffer | undefined, transactionId: string): Address | undefined {
  if (!value || value.length < 8) return undefined
  const size = value[1] === ipv6Family ? 16 : 4
  if (value.length !== 4 + size) return undefined
  const mask = maskOf(size, transactionId)
  const octets = Buffer.allocUnsafe(size)
  for (let index = 0; index < size; index++) octets[index] = (value[4 + index] ?? 0) ^ (mask[index] ?? 0)
  return { host: addressText(octets), port: value.readUInt16BE(2) ^ cookieHigh }
}

/** For so many octets: the cookie, and of IPv6 the transaction id behind it, as both stand in a message. */
const maskOf = (octets: number, transactionId: string): Buffer =>
  octets === cookie.length ? cookie : Buffer.from(cookieHex + transactionId, 'hex')

export function uint32Value(number: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(number >>> 0)
  return value
}

/** RFC 8489 14.8. */
export function writeErrorCode(code: number, reason: string): Buffer {
  return Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), Buffer.from(reason, 'utf8')])
}

/** The code, 0 when there is none that can be read. */
export const readErrorCode = (value: Buffer | undefined): number =>
  value && value.length >= 4 ? ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0) : 0

/** The four or sixteen octets of an IP address. */
export function addressOctets(host: string): Buffer {
  if (isIPv4(host)) return ipv4Octets(host)
  // The URL parser knows every way to write IPv6 and writes it one way, in hexadecimal groups.
  const plain = new URL(`http://[${host.replace(/%.*/, '')}]`).hostname.slice(1, -1)
  const [head = '', tail] = plain.split('::')
  const groupsOf = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const groups = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  const octets = Buffer.alloc(16)
  for (const [index, group] of groups.entries()) octets.writeUInt16BE(group, index * 2)
  return octets
}

function ipv4Octets(host: string): Buffer {
  const octets = Buffer.allocUnsafe(4)
  let octet = 0
  let place = 0
  for (let index = 0; index < host.length; index++) {
    const digit = host.charCodeAt(index) - zeroCode
    if (digit >= 0) octet = octet * 10 + digit
    else {
      octets[place++] = octet
      octet = 0
    }
  }
  octets[place] = octet
  return octets
}

/** IPv6 in its canonical form (RFC 5952). */
function addressText(octets: Buffer): string {
  if (octets.length === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(index * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
