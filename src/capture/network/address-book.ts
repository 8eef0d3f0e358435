import { u32be } from '../octet-numbers.js'

const firstIpv6 = 2 ** 32

/**
 * Addresses as numbers, so that a packet needs no text: an IPv4 address is its 32 bits, IPv6 addresses are numbered
 * from 2^32 on in the order of their appearance.
 */
export class AddressBook {
  readonly #ipv6 = new Map<string, number>()
  readonly #texts = new Map<number, string>()

  ipv4(bytes: Buffer, at: number): number {
    return u32be(bytes, at)
  }

  ipv6(bytes: Buffer, at: number): number {
    const key = bytes.toString('latin1', at, at + 16)
    const known = this.#ipv6.get(key)
    if (known !== undefined) return known
    const id = firstIpv6 + this.#ipv6.size
    this.#ipv6.set(key, id)
    this.#texts.set(id, ipv6Text(bytes, at))
    return id
  }

  text(id: number): string {
    const known = this.#texts.get(id)
    if (known !== undefined) return known
    const text = `${id >>> 24}.${(id >>> 16) & 255}.${(id >>> 8) & 255}.${id & 255}`
    this.#texts.set(id, text)
    return text
  }
}

/** One number for an address and a port. */
export const endpointOf = (address: number, port: number): number => address * 65_536 + port

export const addressOf = (endpoint: number): number => Math.floor(endpoint / 65_536)

export const portOf = (endpoint: number): number => endpoint % 65_536

/** RFC 5952: the longest run of at least two zero groups is left out. */
function ipv6Text(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(at + 2 * index).toString(16))
  let [start, length] = [-1, 1]
  for (let from = 0; from < 8; from++) {
    let to = from
    while (groups[to] === '0') to++
    if (to - from > length) [start, length] = [from, to - from]
  }
  if (start < 0) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}
