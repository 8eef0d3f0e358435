import type { Phone } from '../agent/phone.js'
import { Fifo } from '../base/fifo.js'

/** A call that waits: it asks again as soon as so many phones are free. */
interface Waiter {
  readonly need: number
  readonly retry: () => void
}

/**
 * The phones of a group that can take another call, handed out in turn. A call that finds none waits in order; the
 * wait counts as schedule lag, because its intended start does not move.
 */
export class PhonePool {
  readonly group: string
  readonly #free: Fifo<Phone>
  readonly #waiters = new Fifo<Waiter>()
  /** Calls that ever had to wait for a phone. */
  starved = 0

  /** `turns`: each phone as often as it can take a call, in the order in which they are handed out at first. */
  constructor(group: string, turns: readonly Phone[]) {
    this.group = group
    this.#free = new Fifo(turns)
  }

  get free(): number {
    return this.#free.length
  }

  get waiting(): number {
    return this.#waiters.length
  }

  /** Calls back at once when a phone is free. */
  acquire(take: (phone: Phone) => void): void {
    const phone = this.#free.shift()
    if (phone) take(phone)
    else this.#wait(1, () => this.acquire(take))
  }

  /**
   * One phone of this pool and one of another, or the same, taken together: a call never holds one while it waits for
   * the other, so that calls in opposite directions cannot block each other for ever.
   */
  acquireWith(other: PhonePool, take: (own: Phone, others: Phone) => void): void {
    const need = other === this ? 2 : 1
    if (this.free < need) this.#wait(need, () => this.acquireWith(other, take))
    else if (other.free === 0) other.#wait(1, () => this.acquireWith(other, take))
    else {
      const own = this.#free.shift()
      const others = other.#free.shift()
      if (own && others) take(own, others)
    }
  }

  release(phone: Phone): void {
    this.#free.push(phone)
    // One that finds the other pool empty goes to wait there, and the next in line is asked.
    for (let left = this.#waiters.length; left > 0; left--) {
      const { first } = this.#waiters
      if (!first || first.need > this.free) return
      this.#waiters.shift()
      first.retry()
    }
  }

  /** The run is ending: those who wait are told nothing and forgotten. */
  abandon(): number {
    const count = this.#waiters.length
    this.#waiters.clear()
    return count
  }

  #wait(need: number, retry: () => void): void {
    this.starved++
    this.#waiters.push({ need, retry })
  }
}
