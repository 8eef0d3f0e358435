import type { Phone } from '../agent/phone.js'
import { PhonePool } from './phone-pool.js'

/** The pools of all groups of a run. */
export class PhonePools {
  readonly #byGroup = new Map<string, PhonePool>()
  readonly #all: PhonePool[] = []

  /** `turns`: see {@link PhonePool}. */
  add(group: string, turns: readonly Phone[]): void {
    const pool = new PhonePool(group, turns)
    this.#byGroup.set(group, pool)
    this.#all.push(pool)
  }

  of(group: string): PhonePool {
    const pool = this.#byGroup.get(group)
    if (!pool) throw new Error(`there is no pool for group ${group}`)
    return pool
  }

  /** Calls that wait for a phone. */
  get waiting(): number {
    let waiting = 0
    for (const pool of this.#all) waiting += pool.waiting
    return waiting
  }

  /** Groups whose phones were all busy when a call wanted one, with how often. */
  get starvation(): readonly { group: string; times: number }[] {
    return this.#all.filter(({ starved }) => starved > 0).map(({ group, starved }) => ({ group, times: starved }))
  }

  /** The run is ending: see {@link PhonePool.abandon}. */
  abandon(): void {
    for (const pool of this.#all) pool.abandon()
  }
}
