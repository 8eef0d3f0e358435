/** Keys that a table holds at most half of its places with, so that a search is short. */
const placesPerKey = 2

/** One generation: places for keys beside each other, found by the low bits of a key. */
class Generation<V> {
  size = 0
  readonly #keys: Float64Array
  readonly #values: (V | undefined)[]
  readonly #mask: number

  constructor(capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(capacity * placesPerKey))
    this.#keys = new Float64Array(places)
    this.#values = Array.from({ length: places }, () => undefined)
    this.#mask = places - 1
  }

  get(key: number): V | undefined {
    return this.#values[this.#placeOf(key)]
  }

  set(key: number, value: V): void {
    const place = this.#placeOf(key)
    if (this.#keys[place] === 0) this.size++
    this.#keys[place] = key
    this.#values[place] = value
  }

  clear(): void {
    this.#keys.fill(0)
    this.#values.fill(undefined)
    this.size = 0
  }

  /** Where the key is, or else the free place that it may have. */
  #placeOf(key: number): number {
    const keys = this.#keys
    const mask = this.#mask
    let place = (key ^ (key >>> 15)) & mask
    while (keys[place] !== 0 && keys[place] !== key) place = (place + 1) & mask
    return place
  }
}

/**
 * As `ForgetfulMap`, for keys that are hashes: numbers other than 0. When `capacity` entries have come since it last did,
 * it forgets those of the time before.
 */
export class ForgetfulNumberMap<V> {
  readonly #capacity: number
  #newer: Generation<V>
  #older: Generation<V>

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#newer = new Generation(capacity)
    this.#older = new Generation(capacity)
  }

  get(key: number): V | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  set(key: number, value: V): void {
    if (this.#newer.size >= this.#capacity) {
      const oldest = this.#older
      this.#older = this.#newer
      this.#newer = oldest
      oldest.clear()
    }
    this.#newer.set(key, value)
  }
}
