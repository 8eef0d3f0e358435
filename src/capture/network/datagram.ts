import { u16be, u32be } from '../octet-numbers.js'
import type { AddressBook } from './address-book.js'

export const ipProtocol = { icmp: 1, ipv4: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, icmpv6: 58 } as const

const extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const
const ipv4HeaderBytes = 20
const ipv6HeaderBytes = 40
const moreFragmentsBit = 0x2000

/** The IP datagram in hand, as a view; the object is used again for each. */
export class Datagram {
  bytes: Buffer = Buffer.alloc(0)
  /** Where what was captured of it ends within `bytes`. */
  limit = 0
  /** Its IP header within `bytes`. */
  headerAt = 0
  /** Payload within `bytes`. */
  start = 0
  end = 0
  /** The capture holds less than the header declares. */
  cut = false
  version = 4
  /** Numbers of the address book. */
  source = 0
  destination = 0
  protocol = 0
  ttl = 0
  /** IPv4 identification; 0 for IPv6 without a fragment header. */
  identification = 0
  /** In octets. */
  fragmentOffset = 0
  moreFragments = false
  frame = 0
  atMs = 0
  firstAtMs = 0
  interfaceIndex = 0
  /** TCP within it travelled in TLS and is here in clear. */
  clearTls = false
  /** Frames of all fragments of a joined datagram. */
  frames: readonly number[] | undefined

  get isFragment(): boolean {
    return this.moreFragments || this.fragmentOffset > 0
  }

  /** Reads the header at `at` of what ends before `limit`; false when it is none. */
  read(bytes: Buffer, at: number, limit: number, book: AddressBook): boolean {
    this.bytes = bytes
    this.limit = limit
    this.headerAt = at
    this.frames = undefined
    const version = at < limit ? bytes[at]! >> 4 : 0
    if (version === 4) return this.#readIpv4(bytes, at, book)
    return version === 6 && this.#readIpv6(bytes, at, book)
  }

  #readIpv4(bytes: Buffer, at: number, book: AddressBook): boolean {
    const headerBytes = (bytes[at]! & 15) * 4
    if (headerBytes < ipv4HeaderBytes || at + headerBytes > this.limit) return false
    const total = u16be(bytes, at + 2)
    if (total !== 0 && total < headerBytes) return false
    this.version = 4
    this.source = book.ipv4(bytes, at + 12)
    this.destination = book.ipv4(bytes, at + 16)
    this.protocol = bytes[at + 9]!
    this.ttl = bytes[at + 8]!
    this.identification = u16be(bytes, at + 4)
    const fragment = u16be(bytes, at + 6)
    this.fragmentOffset = (fragment & 0x1fff) * 8
    this.moreFragments = (fragment & moreFragmentsBit) !== 0
    this.start = at + headerBytes
    // Segmentation offload leaves the length 0 where a packet is captured before it is cut.
    this.#setEnd(total === 0 ? this.limit : at + total)
    return true
  }

  #readIpv6(bytes: Buffer, at: number, book: AddressBook): boolean {
    if (at + ipv6HeaderBytes > this.limit) return false
    const length = u16be(bytes, at + 4)
    this.version = 6
    this.source = book.ipv6(bytes, at + 8)
    this.destination = book.ipv6(bytes, at + 24)
    this.protocol = bytes[at + 6]!
    this.ttl = bytes[at + 7]!
    this.identification = 0
    this.fragmentOffset = 0
    this.moreFragments = false
    this.start = at + ipv6HeaderBytes
    this.#setEnd(length === 0 ? this.limit : this.start + length)
    return this.#passExtensions(bytes)
  }

  #passExtensions(bytes: Buffer): boolean {
    for (;;) {
      const at = this.start
      if (!isExtension(this.protocol)) return true
      if (at + 8 > this.end) return false
      let length = (bytes[at + 1]! + 1) * 8
      if (this.protocol === extension.authentication) length = (bytes[at + 1]! + 2) * 4
      if (this.protocol === extension.fragment) {
        const fragment = u16be(bytes, at + 2)
        this.fragmentOffset = fragment & 0xfff8
        this.moreFragments = (fragment & 1) !== 0
        this.identification = u32be(bytes, at + 4)
        length = 8
      }
      this.protocol = bytes[at]!
      this.start = at + length
      if (this.start > this.end) return false
      // What follows the header of a later fragment is the middle of something.
      if (this.fragmentOffset > 0) return true
    }
  }

  #setEnd(declared: number): void {
    this.cut = declared > this.limit
    this.end = Math.min(declared, this.limit)
  }
}

const isExtension = (protocol: number): boolean =>
  protocol === extension.hopByHop ||
  protocol === extension.routing ||
  protocol === extension.fragment ||
  protocol === extension.authentication ||
  protocol === extension.destination
