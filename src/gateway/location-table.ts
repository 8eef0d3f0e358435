import type { Clock } from '../base/clock.js'
import type { Flow } from './flow-table.js'
import type { LegKind } from './leg-media.js'

/** One contact of one address-of-record. */
export interface Binding {
  readonly user: string
  /** Host of the address-of-record, lower-case. */
  readonly domain: string
  /** URI as registered. */
  readonly contact: string
  /** Parameters to give back, each with its semicolon; without `expires`. */
  readonly parameters: string
  readonly flow: Flow
  readonly expiresAtMs: number
  readonly callId: string
  readonly cseq: number
  /** RFC 5626: `+sip.instance` and `reg-id`, '' when absent. */
  readonly instance: string
  readonly regId: string
  readonly q: number
  /** What the phone speaks, as it said when it registered. */
  readonly media: LegKind
  /** Route values towards the contact (RFC 3327). */
  readonly path: readonly string[]
}

/**
 * Locations in memory. Users are found by name; the domain only decides when several domains have the same user,
 * since a lab dials the gateway's address as often as a domain.
 */
export class LocationTable {
  readonly #clock: Clock
  readonly #byUser = new Map<string, Binding[]>()
  readonly #byContact = new Map<string, Binding>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Bindings that have not expired; counted afresh. */
  get size(): number {
    const now = this.#clock.nowMs()
    let count = 0
    for (const bindings of this.#byUser.values()) for (const { expiresAtMs } of bindings) if (expiresAtMs > now) count++
    return count
  }

  /** Live bindings, the highest q first. */
  find(user: string, domain: string): Binding[] {
    const live = this.#live(user)
    const exact = live.filter((binding) => binding.domain === domain)
    return (exact.length > 0 ? exact : live).sort((a, b) => b.q - a.q)
  }

  /** Bindings of just this address-of-record. */
  ofRecord(user: string, domain: string): Binding[] {
    return this.#live(user).filter((binding) => binding.domain === domain)
  }

  byContact(uri: string): Binding | undefined {
    const binding = this.#byContact.get(uri)
    return binding && binding.expiresAtMs > this.#clock.nowMs() ? binding : undefined
  }

  put(binding: Binding, replaced: Binding | undefined): void {
    if (replaced) this.remove(replaced)
    const bindings = this.#byUser.get(binding.user)
    if (bindings) bindings.push(binding)
    else this.#byUser.set(binding.user, [binding])
    this.#byContact.set(binding.contact, binding)
  }

  remove(binding: Binding): void {
    const bindings = this.#byUser.get(binding.user) ?? []
    const rest = bindings.filter((other) => other !== binding)
    if (rest.length === 0) this.#byUser.delete(binding.user)
    else this.#byUser.set(binding.user, rest)
    if (this.#byContact.get(binding.contact) === binding) this.#byContact.delete(binding.contact)
  }

  /** A connection is gone, and what was registered over it cannot be reached (RFC 5626 5.4). */
  dropChannel(channelId: number): void {
    for (const bindings of [...this.#byUser.values()]) {
      for (const binding of bindings) if (binding.flow.channel.id === channelId) this.remove(binding)
    }
  }

  clear(): void {
    this.#byUser.clear()
    this.#byContact.clear()
  }

  #live(user: string): Binding[] {
    const bindings = this.#byUser.get(user)
    if (!bindings) return []
    const now = this.#clock.nowMs()
    for (const binding of bindings) if (binding.expiresAtMs <= now) this.remove(binding)
    return bindings.filter((binding) => binding.expiresAtMs > now)
  }
}
