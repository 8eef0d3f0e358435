import type { StreamTimeline } from '../model/record.js'

/** Longer streams have longer steps: the memory of a stream does not grow with its length. */
const maxSteps = 120
const columns = 5
const [expectedColumn, lostColumn, discardedColumn, jitterColumn, gapColumn] = [0, 1, 2, 3, 4] as const

/** The totals of a stream at one moment. */
export interface Totals {
  readonly expected: number
  readonly lost: number
  readonly discarded: number
  readonly jitterMs: number
}

/** Rows of five numbers each: what the step added to packets expected, lost, discarded; jitter and longest gap, ms. */
export function timelineOf(startMs: number, stepMs: number, rows: Float32Array | Float64Array): StreamTimeline {
  const column = (index: number): number[] =>
    Array.from({ length: rows.length / columns }, (_, row) => {
      return Math.round((rows[row * columns + index] ?? 0) * 100) / 100
    })
  return {
    startMs,
    stepMs,
    expected: column(expectedColumn),
    lost: column(lostColumn),
    discarded: column(discardedColumn),
    jitterMs: column(jitterColumn),
    longestGapMs: column(gapColumn),
  }
}

/** What a stream saw second by second: one comparison a packet, one row a second. */
export class TimelineRecorder {
  /** The step that goes on ends here; before the first packet at once. */
  endMs = Number.NEGATIVE_INFINITY
  #rows = new Float32Array(8 * columns)
  #count = 0
  #startMs = 0
  #stepMs = 1000
  #expected = 0
  #lost = 0
  #discarded = 0
  #gapMs = 0

  begin(atMs: number): void {
    this.#startMs = atMs
    this.endMs = atMs + this.#stepMs
  }

  gap(ms: number): void {
    if (ms > this.#gapMs) this.#gapMs = ms
  }

  /** A packet arrives after the end of the step: what the totals have grown by belongs to it; steps without any follow. */
  close(atMs: number, totals: Totals): void {
    this.#push(totals)
    while (atMs >= this.endMs) this.#push(totals)
  }

  /** The steps so far, with the one that goes on. */
  report(totals: Totals): StreamTimeline | undefined {
    if (this.endMs === Number.NEGATIVE_INFINITY) return undefined
    const rows = new Float32Array((this.#count + 1) * columns)
    rows.set(this.#rows.subarray(0, this.#count * columns))
    rows.set(this.#grown(totals), this.#count * columns)
    return timelineOf(this.#startMs, this.#stepMs, rows)
  }

  #grown({ expected, lost, discarded, jitterMs }: Totals): number[] {
    const grown = [expected - this.#expected, lost - this.#lost, discarded - this.#discarded]
    return [...grown, Number.isNaN(jitterMs) ? 0 : jitterMs, this.#gapMs]
  }

  #push(totals: Totals): void {
    if (this.#count === maxSteps) this.#halve()
    if ((this.#count + 1) * columns > this.#rows.length) {
      const larger = new Float32Array(this.#rows.length * 2)
      larger.set(this.#rows)
      this.#rows = larger
    }
    this.#rows.set(this.#grown(totals), this.#count * columns)
    this.#count++
    this.#expected = totals.expected
    this.#lost = totals.lost
    this.#discarded = totals.discarded
    this.#gapMs = 0
    this.endMs += this.#stepMs
  }

  /** Every two steps become one. The step that is being pushed begins where the last pair ended. */
  #halve(): void {
    const rows = this.#rows
    this.#count /= 2
    for (let row = 0; row < this.#count; row++) {
      for (let column = 0; column < columns; column++) {
        const one = rows[2 * row * columns + column] ?? 0
        const two = rows[(2 * row + 1) * columns + column] ?? 0
        rows[row * columns + column] =
          column === gapColumn ? Math.max(one, two) : column === jitterColumn ? two : one + two
      }
    }
    this.#stepMs *= 2
  }
}
