import { randomFillSync } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { Address } from '../model/address.js'

/** The part of STUN (RFC 8489, formerly 5389) that RFC 5626 8 needs to keep a UDP flow alive. */
const bindingRequest = 0x0001
const bindingSuccess = 0x0101
const bindingError = 0x0111
const magicCookie = 0x2112a442
const headerBytes = 20
const xorMappedAddress = 0x0020
const ipv4Family = 1
const ipv6Family = 2

export type StunKind = 'request' | 'success' | 'error' | 'other'

/** RFC 8489 5: two zero bits and the magic cookie. No SIP message begins so; RFC 5626 8 tells the two apart the same way. */
export function stunKind(bytes: Buffer): StunKind | undefined {
  if (bytes.length < headerBytes || bytes.readUInt8(0) > 3 || bytes.readUInt32BE(4) !== magicCookie) return undefined
  if (bytes.readUInt16BE(2) !== bytes.length - headerBytes) return 'other'
  switch (bytes.readUInt16BE(0)) {
    case bindingRequest:
      return 'request'
    case bindingSuccess:
      return 'success'
    case bindingError:
      return 'error'
    default:
      return 'other'
  }
}

export function writeBindingRequest(): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeUInt16BE(bindingRequest, 0)
  bytes.writeUInt32BE(magicCookie, 4)
  randomFillSync(bytes, 8, 12)
  return bytes
}

/** RFC 8489 14.2: the address the request came from, under the cookie so that no NAT rewrites it. */
export function writeBindingSuccess(request: Buffer, from: Address): Buffer {
  const address = addressOctets(from.host)
  const bytes = Buffer.alloc(headerBytes + 8 + address.length)
  request.copy(bytes, 4, 4, headerBytes)
  bytes.writeUInt16BE(bindingSuccess, 0)
  bytes.writeUInt16BE(8 + address.length, 2)
  bytes.writeUInt16BE(xorMappedAddress, headerBytes)
  bytes.writeUInt16BE(4 + address.length, headerBytes + 2)
  bytes.writeUInt8(address.length === 4 ? ipv4Family : ipv6Family, headerBytes + 5)
  bytes.writeUInt16BE(from.port ^ (magicCookie >>> 16), headerBytes + 6)
  for (let i = 0; i < address.length; i++) bytes[headerBytes + 8 + i] = address[i]! ^ bytes[4 + i]!
  return bytes
}

function addressOctets(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from(host.split('.').map(Number))
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
