import type { Phone } from '../agent/phone.js'
import type { PhonePool } from './phone-pool.js'

/** Whether a phone of a call acts, or is there to be called. */
export type HeldAs = 'actor' | 'callee'

export interface PhoneHolder {
  pool(group: string): PhonePool
  /** A phone is the call's from now on. */
  onHeld(phone: Phone, as: HeldAs): void
  /** What failed must stay with this call, though it ran inside another call's end. */
  onError(error: unknown): void
}

/** The phones that one call has borrowed. Later steps use those that earlier ones borrowed; `release` gives all back. */
export class HeldPhones {
  readonly #holder: PhoneHolder
  readonly #held: { readonly pool: PhonePool; readonly phone: Phone; readonly as: HeldAs }[] = []
  #released = false

  constructor(holder: PhoneHolder) {
    this.#holder = holder
  }

  get first(): Phone | undefined {
    return this.#held[0]?.phone
  }

  /** A phone of the group that acts; waits when none is free. */
  actor(group: string, use: (phone: Phone) => void): void {
    const held = this.#find(group, 'actor')
    if (held) use(held)
    else this.#acquire(group, 'actor', use)
  }

  /** Caller and callee. */
  pair(from: string, to: string, use: (caller: Phone, callee: Phone) => void): void {
    const caller = this.#find(from, 'actor')
    const callee = this.#find(to, 'callee')
    if (callee) this.actor(from, (phone) => use(phone, callee))
    else if (caller) this.#acquire(to, 'callee', (phone) => use(caller, phone))
    else this.#acquirePair(this.#holder.pool(from), this.#holder.pool(to), use)
  }

  release(): void {
    this.#released = true
    for (const { pool, phone } of this.#held) {
      phone.rawListener = undefined
      pool.release(phone)
    }
  }

  #find(group: string, as: HeldAs): Phone | undefined {
    return this.#held.find((entry) => entry.pool.group === group && entry.as === as)?.phone
  }

  #acquire(group: string, as: HeldAs, use: (phone: Phone) => void): void {
    const pool = this.#holder.pool(group)
    pool.acquire((phone) => {
      if (this.#released) pool.release(phone)
      else this.guarded(() => use(this.#hold(pool, phone, as)))
    })
  }

  #acquirePair(callers: PhonePool, callees: PhonePool, use: (caller: Phone, callee: Phone) => void): void {
    callers.acquireWith(callees, (caller, callee) => {
      if (this.#released) {
        callers.release(caller)
        callees.release(callee)
      } else this.guarded(() => use(this.#hold(callers, caller, 'actor'), this.#hold(callees, callee, 'callee')))
    })
  }

  #hold(pool: PhonePool, phone: Phone, as: HeldAs): Phone {
    this.#held.push({ pool, phone, as })
    this.#holder.onHeld(phone, as)
    return phone
  }

  /** Runs what may be called from another call's end. */
  guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#holder.onError(error)
    }
  }
}
