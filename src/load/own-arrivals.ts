import type { Arrivals } from './arrivals.js'
import { isOwn, type Shard } from './shard.js'

/** The calls of one shard, one after the other: every arrival of the whole run is drawn, and those of others are left out. */
export class OwnArrivals {
  readonly #arrivals: Arrivals
  readonly #shard: Shard
  /** Of the next call: its number in the whole run, and when it is to start; undefined before the first and after the last. */
  number = -1
  atMs: number | undefined

  constructor(arrivals: Arrivals, shard: Shard) {
    this.#arrivals = arrivals
    this.#shard = shard
  }

  advance(): void {
    do {
      this.atMs = this.#arrivals.next()
      this.number++
    } while (this.atMs !== undefined && !isOwn(this.#shard, this.number))
  }
}
