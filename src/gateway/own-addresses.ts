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
  /** What stood in Via values of ours: one for each transport, and one for each connection without a listener. */
  readonly #sentBy = new Set<string>()

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
    this.#sentBy.clear()
  }

  of(transport: TransportName): Address | undefined {
    return this.#byTransport.get(transport)
  }

  /** What our Via says for a transport; a connection without a listener names itself. */
  sentBy(transport: TransportName, local: Address): string {
    const text = formatAddress(this.#byTransport.get(transport) ?? local)
    this.#sentBy.add(text)
    return text
  }

  /** Whether a Via of ours says so: RFC 3261 18.1.2 has responses to others dropped. */
  isSentBy(host: string, port: number | undefined): boolean {
    return port !== undefined && this.#sentBy.has(formatAddress({ host, port }))
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
