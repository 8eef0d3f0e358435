import { type Address, formatAddress, type TransportName } from '../../model/address.js'

/** What is judged: address, port and transport. The client of a stream has a port for one connection only: no part of it. */
export interface Element {
  /** `10.0.0.5:443/wss`, or `10.0.0.9/wss client`. */
  readonly name: string
  readonly address: Address
  readonly transport: TransportName
}

interface StreamEnds {
  readonly client: Address
}

export function elementAt(address: Address, transport: TransportName, connection?: StreamEnds): Element {
  const isClient = connection !== undefined && connection.client.port === address.port
  const name =
    isClient && connection.client.host === address.host
      ? `${bracketed(address.host)}/${transport} client`
      : `${formatAddress(address)}/${transport}`
  return { name, address, transport }
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)
