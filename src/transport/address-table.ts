import type { Address } from '../model/address.js'

/** Sources seen on one socket are few; beyond this many the table starts afresh. */
const maxEntries = 4096

/** One Address object for each peer of a UDP socket, so that a datagram makes none. */
export class AddressTable {
  #byHost = new Map<string, Map<number, Address>>()
  #size = 0
  #last: Address = { host: '', port: 0 }

  get(host: string, port: number): Address {
    const last = this.#last
    if (last.port === port && last.host === host) return last
    let byPort = this.#byHost.get(host)
    if (byPort === undefined) {
      byPort = new Map()
      this.#byHost.set(host, byPort)
    }
    let address = byPort.get(port)
    if (address === undefined) address = this.#add(byPort, { host, port })
    this.#last = address
    return address
  }

  #add(byPort: Map<number, Address>, address: Address): Address {
    if (this.#size >= maxEntries) {
      this.#byHost = new Map()
      this.#size = 0
      return address
    }
    byPort.set(address.port, address)
    this.#size++
    return address
  }
}
