import type { Address } from '../../model/address.js'
import { ForgetfulNumberMap } from '../forgetful-number-map.js'

/** Hosts that have a number; a capture has few. */
const mostHosts = 100_000

/** What is known of the newest addresses that media may go to or come from: there are two for every call of a capture. */
export class MediaAddresses<V> {
  readonly #capacity: number
  readonly #hosts = new Map<string, number>()
  #known: ForgetfulNumberMap<V>

  /** At least so many addresses are remembered. */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#known = new ForgetfulNumberMap(capacity)
  }

  get({ host, port }: Address): V | undefined {
    const number = this.#hosts.get(host)
    return number === undefined ? undefined : this.#known.get(keyOf(number, port))
  }

  set({ host, port }: Address, value: V): void {
    this.#known.set(keyOf(this.#numberOf(host), port), value)
  }

  delete({ host, port }: Address): void {
    const number = this.#hosts.get(host)
    if (number !== undefined) this.#known.delete(keyOf(number, port))
  }

  #numberOf(host: string): number {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    if (this.#hosts.size >= mostHosts) {
      this.#hosts.clear()
      this.#known = new ForgetfulNumberMap(this.#capacity)
    }
    const number = this.#hosts.size + 1
    this.#hosts.set(host, number)
    return number
  }
}

/** Any number may stand for a port in a session description. */
const largestPort = 2 ** 20

const keyOf = (host: number, port: number): number => host * largestPort + (port % largestPort)
