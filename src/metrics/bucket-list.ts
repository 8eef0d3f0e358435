const empty = new Uint32Array(0)
/** How much more room than asked for: a histogram in use comes by new buckets again and again. */
const spareShare = 1 / 8

/** The buckets of a histogram that are in use: the lowest value of each, in rising order, and how often it occurred. */
export class BucketList {
  values = empty
  counts = empty
  /** How many there are; what lies behind them in memory means nothing. */
  length = 0

  /** Forgets all buckets and makes room for so many. */
  begin(room: number): void {
    this.length = 0
    this.#reserve(room)
  }

  push(value: number, count: number): void {
    this.values[this.length] = value
    this.counts[this.length++] = count
  }

  /** Counts `length` buckets, which are in rising order too, where they lie: memory is taken only when it runs out. */
  add(values: Uint32Array, counts: Uint32Array, length: number): void {
    let from = this.length - 1
    let to = this.length + this.#countMissing(values, length) - 1
    this.#reserve(to + 1)
    this.length = to + 1
    const [ownValues, ownCounts] = [this.values, this.counts]
    // From the highest down, so that nothing is written over that is still to be moved.
    for (let next = length - 1; next >= 0; next--) {
      const value = values[next] as number
      while (from >= 0 && (ownValues[from] as number) > value) {
        ownValues[to] = ownValues[from] as number
        ownCounts[to--] = ownCounts[from--] as number
      }
      const before = from >= 0 && ownValues[from] === value ? (ownCounts[from--] as number) : 0
      ownValues[to] = value
      ownCounts[to--] = before + (counts[next] as number)
    }
  }

  /** How many of these values have no bucket yet. */
  #countMissing(values: Uint32Array, length: number): number {
    const own = this.values
    let missing = 0
    let at = 0
    for (let i = 0; i < length; i++) {
      const value = values[i] as number
      while (at < this.length && (own[at] as number) < value) at++
      if (at === this.length || own[at] !== value) missing++
    }
    return missing
  }

  #reserve(room: number): void {
    if (room <= this.values.length) return
    const larger = Math.ceil(room * (1 + spareShare))
    this.values = enlarged(this.values, this.length, larger)
    this.counts = enlarged(this.counts, this.length, larger)
  }
}

function enlarged(numbers: Uint32Array<ArrayBuffer>, length: number, room: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(room)
  larger.set(numbers.subarray(0, length))
  return larger
}
