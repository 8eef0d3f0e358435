import { type Address, formatAddress, type TransportName } from '../../model/address.js'

/** What is judged: address, port and transport. The client of a stream has a port for one connection only: no part of it. */
export interface Element {
  /** `10.0.0.5:443/wss`, or `10.0.0.9/wss client`. */
  readonly name: string
  /** Of the client of streams, the one that was seen first. */
  readonly address: Address
  readonly transport: TransportName
  /** No other element has it. */
  readonly number: number
}

interface StreamEnds {
  readonly client: Address
}

export function elementAt(address: Address, transport: TransportName, connection?: StreamEnds): Element {
  const isClient = connection !== undefined && connection.client.port === address.port
  return known(address, transport, isClient && connection.client.host === address.host)
}

/** Elements by host, then by port and transport: they are asked for with every message, and a capture has few. */
const elements = new Map<string, Map<number, Element>>()
const transportNumber: Readonly<Record<TransportName, number>> = { udp: 0, tcp: 1, tls: 2, ws: 3, wss: 4 }
/** A generator may use a port for every call: what is known then is forgotten. */
const mostElements = 20_000
let inTable = 0
let made = 0

/** The client of a stream has the number of no port. */
const clientPort = 65_536

function known(address: Address, transport: TransportName, isClient: boolean): Element {
  let ofHost = elements.get(address.host)
  if (ofHost === undefined) {
    ofHost = new Map()
    elements.set(address.host, ofHost)
  }
  const key = (isClient ? clientPort : address.port) * 8 + transportNumber[transport]
  let element = ofHost.get(key)
  if (element === undefined) {
    const name = isClient ? `${bracketed(address.host)}/${transport} client` : `${formatAddress(address)}/${transport}`
    element = { name, address, transport, number: made++ }
    ofHost.set(key, element)
    if (++inTable > mostElements) {
      elements.clear()
      inTable = 0
    }
  }
  return element
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)
