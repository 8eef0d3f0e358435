import type { StatisticsView } from '../statistics-view.js'
import type { SharedPlace } from './shared-place.js'

/** Streams that have yet to hear their first packet. */
export class WaitingStreams {
  readonly #table: StatisticsView
  readonly #places = new Set<SharedPlace>()

  constructor(table: StatisticsView) {
    this.#table = table
  }

  add(place: SharedPlace): void {
    this.#places.add(place)
  }

  remove(place: SharedPlace): void {
    this.#places.delete(place)
  }

  /** The only one that a packet of a source that nobody has named can belong to. */
  only(isPossible: (place: SharedPlace) => boolean): SharedPlace | undefined {
    let found: SharedPlace | undefined
    for (const place of this.#places) {
      if (!this.#isWaiting(place) || place.declared.length > 0 || !isPossible(place)) continue
      if (found) return undefined
      found = place
    }
    return found
  }

  /** Whether a far side is yet to be described: it may have begun to send already. */
  get someUndescribed(): boolean {
    for (const place of this.#places) if (this.#isWaiting(place) && !place.stream?.settings.remote) return true
    return false
  }

  #isWaiting(place: SharedPlace): boolean {
    if ((this.#table.packetsReceived[place.stream?.handle ?? 0] ?? 0) > 0) this.#places.delete(place)
    return this.#places.has(place) && place.stream?.settings.receiving === true
  }
}
