import { sameAddress, type TransportName } from '../model/address.js'
import type { TargetAvoidance } from '../sip/locate/target-avoidance.js'
import type { PhoneTarget } from './profile.js'

const noTarget: PhoneTarget = { name: '', address: { host: '127.0.0.1', port: 5060 }, host: '', path: '/' }

/** The places of one flow in the order in which it prefers them, and which of them is in use (RFC 3263 4.3). */
export class TargetOrder {
  readonly #transport: TransportName
  readonly #avoidance: TargetAvoidance
  #targets: readonly PhoneTarget[]
  #current: PhoneTarget

  constructor(transport: TransportName, targets: readonly PhoneTarget[], avoidance: TargetAvoidance) {
    this.#transport = transport
    this.#targets = targets
    this.#avoidance = avoidance
    this.#current = this.#best() ?? targets[0] ?? noTarget
  }

  get count(): number {
    return this.#targets.length
  }

  get current(): PhoneTarget {
    return this.#current
  }

  /** There is another place, and it has not failed of late. */
  get hasOther(): boolean {
    return this.#targets.some((target) => target !== this.#current && !this.#isAvoided(target))
  }

  /** All places as they are to be tried now: those that failed of late come last. */
  inOrder(): readonly PhoneTarget[] {
    return this.#avoidance
      .order(this.#targets.map((target) => ({ ...this.#place(target), target })))
      .map(({ target }) => target)
  }

  use(target: PhoneTarget): void {
    this.#current = target
  }

  /** The place in use failed: nothing goes there for a while, which a 503 may have named. */
  avoid(retryAfterSeconds: number | undefined): void {
    if (this.#targets.length > 0) this.#avoidance.avoid(this.#place(this.#current), retryAfterSeconds)
  }

  clear(): void {
    this.#avoidance.clear(this.#place(this.#current))
  }

  /** From a place that failed to the best that did not, or to the next when all have. */
  moveOn(retryAfterSeconds: number | undefined): void {
    this.avoid(retryAfterSeconds)
    const next = this.#targets[(this.#targets.indexOf(this.#current) + 1) % Math.max(1, this.#targets.length)]
    this.#current = this.#best() ?? next ?? this.#current
  }

  /** To the best place that has not failed of late. */
  prefer(): void {
    this.#current = this.#best() ?? this.#current
  }

  /** Other places than before, by their addresses: true; the same in another order change nothing. */
  replace(targets: readonly PhoneTarget[]): boolean {
    const known = (target: PhoneTarget, among: readonly PhoneTarget[]): PhoneTarget | undefined =>
      among.find(({ address }) => sameAddress(address, target.address))
    const same = targets.length === this.#targets.length && targets.every((target) => known(target, this.#targets))
    if (same || targets.length === 0) return false
    this.#targets = targets
    this.#current = known(this.#current, targets) ?? this.#best() ?? targets[0] ?? this.#current
    return true
  }

  #best(): PhoneTarget | undefined {
    return this.#targets.find((target) => !this.#isAvoided(target))
  }

  #isAvoided(target: PhoneTarget): boolean {
    return this.#avoidance.isAvoided(this.#place(target))
  }

  #place({ address }: PhoneTarget) {
    return { transport: this.#transport, address }
  }
}
