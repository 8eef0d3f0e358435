import type { CaptureLoss, Sighting } from '../../capture/captured-message.js'

/** RFC 3261 17.1.1.2: after 64*T1 a transaction is over; what began before the capture shows within this time. */
export const EDGE_MS = 32_000

type Ends = Pick<Sighting, 'source' | 'destination'>

/** Windows in which the capture may lack what happened, so that absence proves nothing. */
export class LossLedger {
  readonly entries: CaptureLoss[] = []
  /** Time of the first and of the last event. */
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  saw(atMs: number): void {
    if (atMs < this.#firstMs) this.#firstMs = atMs
    if (atMs > this.#lastMs) this.#lastMs = atMs
  }

  add(loss: CaptureLoss): void {
    if (this.entries.length < maximumEntries) this.entries.push(loss)
  }

  get lastMs(): number {
    return this.#lastMs
  }

  /** Why something may be missing between the hosts of a sighting in this time; undefined when nothing is known to be. */
  reason(fromMs: number, toMs: number, { source, destination }: Ends): string | undefined {
    const isEnd = (host = ''): boolean => host === source.host || host === destination.host
    const touching = this.entries.find(
      (loss) =>
        loss.fromMs <= toMs &&
        loss.toMs >= fromMs &&
        (loss.source === undefined || isEnd(loss.source.host) || isEnd(loss.destination?.host)),
    )
    return touching?.text
  }

  /**
   * The same for all that lies within this time, as a text to compare by: whether the capture begins or ends near it.
   * Undefined where something is lost, or where it holds for a part only.
   */
  surroundingsOf(fromMs: number, toMs: number): string | undefined {
    if (this.entries.some((loss) => loss.fromMs <= toMs && loss.toMs >= fromMs)) return undefined
    const begins = allOrNone(fromMs - EDGE_MS < this.#firstMs, toMs - EDGE_MS < this.#firstMs)
    const ends = allOrNone(fromMs + EDGE_MS > this.#lastMs, toMs + EDGE_MS > this.#lastMs)
    return begins === undefined || ends === undefined ? undefined : begins + ends
  }

  /** The capture begins or ends so near that what is missing may lie outside. */
  edge(fromMs: number, toMs: number): string | undefined {
    if (fromMs - EDGE_MS < this.#firstMs) return 'the capture begins less than 32 s before'
    return toMs + EDGE_MS > this.#lastMs ? 'the capture ends less than 32 s after' : undefined
  }
}

const allOrNone = (first: boolean, last: boolean): string | undefined =>
  first === last ? (first ? 'y' : 'n') : undefined

/** What is kept of a capture that loses all the time; every further entry says the same. */
const maximumEntries = 10_000
