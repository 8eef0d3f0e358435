import { SocketAddress } from 'node:net'
import type { Address } from '../model/address.js'

/** Source addresses of packets come in their canonical form, so what they are compared with must be in it too. */
export function canonicalAddress({ host, port }: Address): Address {
  return { host: host.includes(':') ? new SocketAddress({ address: host, family: 'ipv6' }).address : host, port }
}
