import type { AddressBook } from './address-book.js'
import { Datagram, ipProtocol } from './datagram.js'

/** Types that tell a sender of a failure: unreachable and time exceeded, in ICMP and ICMPv6. */
const errors = { icmp: [3, 11], icmpv6: [1, 3] } as const
const headerBytes = 8

/** An ICMP error with the ends of the datagram that it quotes. */
export interface IcmpError {
  readonly type: number
  readonly code: number
  readonly protocol: 'udp' | 'tcp'
  /** Numbers of the address book. */
  readonly source: number
  readonly sourcePort: number
  readonly destination: number
  readonly destinationPort: number
}

const quoted = new Datagram()

/** Undefined when it is no error, or quotes neither UDP nor TCP. */
export function readIcmpError({ bytes, start, end, protocol }: Datagram, book: AddressBook): IcmpError | undefined {
  if (start + headerBytes >= end) return undefined
  const known: readonly number[] = protocol === ipProtocol.icmp ? errors.icmp : errors.icmpv6
  const type = bytes[start]!
  if (!known.includes(type) || !quoted.read(bytes, start + headerBytes, end, book)) return undefined
  if (quoted.start + 4 > quoted.end || quoted.fragmentOffset > 0) return undefined
  if (quoted.protocol !== ipProtocol.udp && quoted.protocol !== ipProtocol.tcp) return undefined
  return {
    type,
    code: bytes[start + 1]!,
    protocol: quoted.protocol === ipProtocol.udp ? 'udp' : 'tcp',
    source: quoted.source,
    sourcePort: bytes.readUInt16BE(quoted.start),
    destination: quoted.destination,
    destinationPort: bytes.readUInt16BE(quoted.start + 2),
  }
}
