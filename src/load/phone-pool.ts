import type { Phone } from '../agent/phone.js'

type Waiter = (phone: Phone) => void

/**
 * The phones of a group that can take another call, handed out in turn. A call that finds none waits in order; the
 * wait counts as schedule lag, because its intended start does not move.
 */
export class PhonePool {
  readonly group: string
  readonly #free: Phone[] = []
  #head = 0
  readonly #waiters: Waiter[] = []
  /** Calls that ever had to wait for a phone. */
  starved = 0

  constructor(group: string, phones: readonly Phone[], callsAtOnce: number) {
    this.group = group
    for (let round = 0; round < callsAtOnce; round++) this.#free.push(...phones)
  }

  get free(): number {
    return this.#free.length - this.#head
  }

  get waiting(): number {
    return this.#waiters.length
  }

  /** Calls back at once when a phone is free. */
  acquire(take: Waiter): void {
    const phone = this.#shift()
    if (phone) {
      take(phone)
      return
    }
    this.starved++
    this.#waiters.push(take)
  }

  release(phone: Phone): void {
    const waiter = this.#waiters.shift()
    if (waiter) waiter(phone)
    else this.#free.push(phone)
  }

  /** The run is ending: those who wait are told nothing and forgotten. */
  abandon(): number {
    const count = this.#waiters.length
    this.#waiters.length = 0
    return count
  }

  #shift(): Phone | undefined {
    if (this.#head >= this.#free.length) return undefined
    const phone = this.#free[this.#head++]
    if (this.#head > 1024 && this.#head * 2 > this.#free.length) {
      this.#free.splice(0, this.#head)
      this.#head = 0
    }
    return phone
  }
}
