const LEAST_PLACES = 64

/** Of this process alone: a peer that chooses branches cannot choose those that fall on one place. */
const start = (Math.trunc(performance.timeOrigin * 1000) % 0x1_0000_0000) ^ 0x811c9dc5

/** FNV-1a over the characters. */
function hashOf(key: string): number {
  let hash = start
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}

/**
 * Values by text, for tables that thousands of entries a second pass through. A Map makes itself a new table again and
 * again while entries come and go, and those that the collector has moved to its old generation keep all that was in
 * them alive until a full collection: calls that are long over. This one has a single table that forgets what it loses.
 */
export class StringTable<Value> {
  #keys: (string | undefined)[] = new Array(LEAST_PLACES).fill(undefined)
  #values: (Value | undefined)[] = new Array(LEAST_PLACES).fill(undefined)
  #mask = LEAST_PLACES - 1
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    return this.#values[this.#placeOf(key)]
  }

  set(key: string, value: Value): void {
    const place = this.#placeOf(key)
    if (this.#keys[place] === undefined) {
      // Half full at most: the places that a key is looked for in stay few.
      if (2 * (this.#size + 1) > this.#keys.length) {
        this.#grow()
        this.set(key, value)
        return
      }
      this.#keys[place] = key
      this.#size++
    }
    this.#values[place] = value
  }

  delete(key: string): boolean {
    const place = this.#placeOf(key)
    if (this.#keys[place] === undefined) return false
    this.#size--
    this.#close(place)
    return true
  }

  clear(): void {
    this.#keys.fill(undefined)
    this.#values.fill(undefined)
    this.#size = 0
  }

  /** As they were at the time of the call, in no order. */
  values(): Value[] {
    return this.#values.filter((value) => value !== undefined)
  }

  /** Where the key stands, or the free place where it would. */
  #placeOf(key: string): number {
    let place = hashOf(key) & this.#mask
    for (;;) {
      const found = this.#keys[place]
      if (found === undefined || found === key) return place
      place = (place + 1) & this.#mask
    }
  }

  /** Frees a place and brings forward what stood behind it only because of it (Knuth, vol. 3, 6.4, algorithm R). */
  #close(freed: number): void {
    let hole = freed
    let place = freed
    for (;;) {
      place = (place + 1) & this.#mask
      const key = this.#keys[place]
      if (key === undefined) break
      const wanted = hashOf(key) & this.#mask
      const stays = hole <= place ? hole < wanted && wanted <= place : hole < wanted || wanted <= place
      if (stays) continue
      this.#keys[hole] = key
      this.#values[hole] = this.#values[place]
      hole = place
    }
    this.#keys[hole] = undefined
    this.#values[hole] = undefined
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#mask = 2 * keys.length - 1
    this.#keys = new Array(2 * keys.length).fill(undefined)
    this.#values = new Array(2 * keys.length).fill(undefined)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      if (key === undefined) continue
      const place = this.#placeOf(key)
      this.#keys[place] = key
      this.#values[place] = values[i]
    }
    keys.fill(undefined)
    values.fill(undefined)
  }
}
