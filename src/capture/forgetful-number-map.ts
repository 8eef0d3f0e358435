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
    this.#values = new Array<V | undefined>(places).fill(undefined)
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

  delete(key: number): void {
    this.#values[this.#placeOf(key)] = undefined
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
 * A map that forgets, by keys that are hashes: numbers other than 0. When `capacity` keys have come since it last did,
 * those of the time before are gone. So it holds from one to two times as many of the newest, and takes no longer for each
 * however many there were.
 */
export class ForgetfulNumberMap<V> {
  readonly #capacity: number
  #newer: Generation<V>
  #older: Generation<V> | undefined = undefined

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#newer = new Generation(capacity)
  }

  get(key: number): V | undefined {
    return this.#newer.get(key) ?? this.#older?.get(key)
  }

  set(key: number, value: V): void {
    if (this.#newer.size >= this.#capacity) {
      const oldest = this.#older ?? new Generation(this.#capacity)
      this.#older = this.#newer
      this.#newer = oldest
      oldest.clear()
    }
    this.#newer.set(key, value)
  }

  delete(key: number): void {
    this.#newer.delete(key)
    this.#older?.delete(key)
  }
}
