/**
 * A map that forgets: when `capacity` entries have come since it last did, those of the time before are gone. So it holds
 * from one to two times as many of the newest. A map that drops its oldest entry for each new one takes longer and longer to
 * find it.
 */
export class ForgetfulMap<K, V> {
  readonly #capacity: number
  #newer = new Map<K, V>()
  #older = new Map<K, V>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: K): V | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  set(key: K, value: V): void {
    if (this.#newer.size >= this.#capacity) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, value)
  }

  delete(key: K): void {
    this.#newer.delete(key)
    this.#older.delete(key)
  }
}
