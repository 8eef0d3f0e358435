import type { PortPair, PortPairs } from '../port-pairs.js'
import type { OpenFailure } from '../stream-port.js'
import type { RouteTable, StreamSocket } from '../stream-socket.js'
import type { SharedPlace } from './shared-place.js'
import { SharedPort, type SharedPortHost } from './shared-port.js'

/** A socket of the native part is shared from now on; undefined where JavaScript counts everything. */
export type ShareSocket = (socket: StreamSocket) => RouteTable

/** Ports that streams share: one a local address, and a further one where the first has as many as its buffer can bear. */
export class SharedPorts {
  readonly #pairs: PortPairs
  readonly #host: SharedPortHost
  readonly #share: ShareSocket | undefined
  readonly #ports = new Map<string, SharedPort[]>()
  readonly #opening = new Map<string, Promise<SharedPort | OpenFailure>>()

  constructor(pairs: PortPairs, host: SharedPortHost, share: ShareSocket | undefined) {
    this.#pairs = pairs
    this.#host = host
    this.#share = share
  }

  async take(localHost: string): Promise<SharedPlace | OpenFailure> {
    for (;;) {
      const port = this.#ports.get(localHost)?.find(({ hasRoom }) => hasRoom)
      if (port) return port.newPlace()
      const opened = await this.#openOnce(localHost)
      if ('kind' in opened) return opened
    }
  }

  /** How many ports there are. */
  get count(): number {
    let count = 0
    for (const ports of this.#ports.values()) count += ports.length
    return count
  }

  /** What has waited too long for somebody is counted. */
  settle(): void {
    for (const ports of this.#ports.values()) for (const port of ports) port.settle()
  }

  /** Makes sure that there is one. */
  async prepare(localHost: string): Promise<number> {
    if (!this.#ports.has(localHost)) await this.#openOnce(localHost)
    return this.#ports.get(localHost)?.length ?? 0
  }

  #openOnce(localHost: string): Promise<SharedPort | OpenFailure> {
    let opening = this.#opening.get(localHost)
    if (!opening) {
      opening = this.#open(localHost).finally(() => this.#opening.delete(localHost))
      this.#opening.set(localHost, opening)
    }
    return opening
  }

  async #open(localHost: string): Promise<SharedPort | OpenFailure> {
    const pair: PortPair | OpenFailure = await this.#pairs.take(localHost, 'shared')
    if ('kind' in pair) return pair
    const port = new SharedPort(pair, this.#host, this.#share?.(pair.rtp))
    this.#ports.set(localHost, [...(this.#ports.get(localHost) ?? []), port])
    return port
  }
}
