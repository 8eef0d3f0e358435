import type { TimelinePoint } from '../model/result.js'

const columns = 5
const [attempted, established, failed, packets, concurrentPeak] = [0, 1, 2, 3, 4]

/**
 * What happened in each step of the run: counts within the step, the highest number of calls in progress, and how
 * many agents were registered at its end. Fixed size: when the steps run out, neighbours are joined and the step
 * doubles.
 */
export class TimelinePoints {
  readonly #startMs: number
  readonly #capacity: number
  readonly #figures: Float64Array
  readonly #registered: Float64Array
  #stepMs: number
  #length = 0
  #concurrent = 0
  #registeredNow = 0

  constructor(startMs: number, stepMs: number, capacity: number) {
    this.#startMs = startMs
    this.#stepMs = stepMs
    this.#capacity = capacity
    this.#figures = new Float64Array(capacity * columns)
    this.#registered = new Float64Array(capacity)
  }

  get stepSeconds(): number {
    return this.#stepMs / 1000
  }

  attempted(atMs: number): void {
    this.#concurrent++
    this.#add(atMs, attempted, 1)
  }

  established(atMs: number): void {
    this.#add(atMs, established, 1)
  }

  ended(atMs: number): void {
    this.#row(atMs)
    this.#concurrent--
  }

  failed(atMs: number): void {
    this.#add(atMs, failed, 1)
  }

  packets(atMs: number, count: number): void {
    this.#add(atMs, packets, count)
  }

  registered(atMs: number, count: number): void {
    this.#registeredNow = count
    this.#registered[this.#row(atMs)] = count
  }

  get concurrent(): number {
    return this.#concurrent
  }

  points(): TimelinePoint[] {
    return Array.from({ length: this.#length }, (_, row) => {
      const at = (column: number): number => this.#figures[row * columns + column] as number
      return {
        t: row * this.stepSeconds,
        attempted: at(attempted),
        established: at(established),
        failed: at(failed),
        concurrent: at(concurrentPeak),
        packets: at(packets),
        registered: this.#registered[row] as number,
      }
    })
  }

  #add(atMs: number, column: number, count: number): void {
    const row = this.#row(atMs)
    const index = row * columns + column
    this.#figures[index] = (this.#figures[index] as number) + count
    const peak = row * columns + concurrentPeak
    if (this.#concurrent > (this.#figures[peak] as number)) this.#figures[peak] = this.#concurrent
  }

  /** The row of a time; what comes before the start of load belongs to the first. Rows passed over are filled. */
  #row(atMs: number): number {
    let row = Math.max(0, Math.floor((atMs - this.#startMs) / this.#stepMs))
    while (row >= this.#capacity) {
      this.#halve()
      row = Math.floor((atMs - this.#startMs) / this.#stepMs)
    }
    for (; this.#length <= row; this.#length++) {
      this.#figures[this.#length * columns + concurrentPeak] = this.#concurrent
      this.#registered[this.#length] = this.#registeredNow
    }
    return row
  }

  #halve(): void {
    const half = Math.ceil(this.#length / 2)
    for (let row = 0; row < half; row++) {
      const second = 2 * row + 1 < this.#length ? 2 * row + 1 : undefined
      for (let column = 0; column < columns; column++) {
        const a = this.#figures[2 * row * columns + column] as number
        const b = second === undefined ? 0 : (this.#figures[second * columns + column] as number)
        this.#figures[row * columns + column] = column === concurrentPeak ? Math.max(a, b) : a + b
      }
      this.#registered[row] = this.#registered[second ?? 2 * row] as number
    }
    this.#figures.fill(0, half * columns)
    this.#registered.fill(0, half)
    this.#length = half
    this.#stepMs *= 2
  }
}
