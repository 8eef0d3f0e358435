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

  /** Something may be missing anywhere in this time. */
  isLossy(fromMs: number, toMs: number): boolean {
    return this.entries.some((loss) => loss.fromMs <= toMs && loss.toMs >= fromMs)
  }

  /** All that `edge` asks of a time, as a number to compare by: 1 when the capture begins near before it, 2 when it ends near after it. */
  edgesAt(atMs: number): number {
    return (atMs - EDGE_MS < this.#firstMs ? 1 : 0) + (atMs + EDGE_MS > this.#lastMs ? 2 : 0)
  }

  /** The capture begins or ends so near that what is missing may lie outside. */
  edge(fromMs: number, toMs: number): string | undefined {
    if (fromMs - EDGE_MS < this.#firstMs) return 'the capture begins less than 32 s before'
    return toMs + EDGE_MS > this.#lastMs ? 'the capture ends less than 32 s after' : undefined
  }
}

/** What is kept of a capture that loses all the time; every further entry says the same. */
const maximumEntries = 10_000
