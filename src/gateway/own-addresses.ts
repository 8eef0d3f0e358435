import { isIP } from 'node:net'
import { type Address, formatAddress, type TransportName } from '../model/address.js'
import type { SipUri } from '../sip/message/uri.js'
import { transports } from '../transport/registry.js'

/** Where the gateway listens, and which URIs mean it. */
export class OwnAddresses {
  readonly #host: string
  readonly #names: ReadonlySet<string>
  readonly #byTransport = new Map<TransportName, Address>()
  readonly #known = new Set<string>()

  constructor(host: string, realm: string) {
    this.#host = host
    this.#names = new Set(['localhost', realm.toLowerCase()])
  }

  add(transport: TransportName, address: Address): void {
    this.#byTransport.set(transport, address)
    this.#known.add(formatAddress(address))
  }

  clear(): void {
    this.#byTransport.clear()
    this.#known.clear()
  }

  of(transport: TransportName): Address | undefined {
    return this.#byTransport.get(transport)
  }

  /** A Route or Request-URI that leads to this very gateway. */
  isOwn(uri: SipUri): boolean {
    if (isIP(uri.host) === 0) return this.#names.has(uri.host.toLowerCase())
    if (uri.port !== undefined) return this.#known.has(formatAddress({ host: uri.host, port: uri.port }))
    return uri.host === this.#host
  }

  /** A user part of such a URI is looked up here: any domain is served, and addresses that are ours. */
  isServed(uri: SipUri): boolean {
    return isIP(uri.host) === 0 || this.isOwn(uri)
  }

  /** `sip:HOST:PORT[;transport=X]` for a transport that is listened on. */
  uriOf(transport: TransportName, user = ''): string {
    const address = this.#byTransport.get(transport)
    const parameter = transport === 'udp' ? '' : `;transport=${transports[transport].uriParam}`
    const hostPort = address ? formatAddress(address) : this.#host
    return `sip:${user === '' ? '' : `${user}@`}${hostPort}${parameter}`
  }
}
