import type { Clock, Timer } from './clock.js'

interface Entry {
  readonly timer: Timer
  readonly dueMs: number
  readonly order: number
}

const before = (a: Entry, b: Entry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)

/**
 * Time for tests and simulations: it stands still until `advance`, which runs timers in the order in which they are
 * due (equal times in the order of arming) with `nowMs()` at each one's due time.
 */
export class VirtualClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #heap: Entry[] = []
  readonly #current = new Map<Timer, Entry>()

  constructor(startMs = 0) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** Timers armed at this moment. */
  get armedCount(): number {
    return this.#current.size
  }

  /** Due time of the earliest armed timer. */
  get nextDueMs(): number | undefined {
    return this.#first()?.dueMs
  }

  arm(timer: Timer, delayMs: number): void {
    timer.armed = true
    timer.dueMs = this.#nowMs + Math.max(0, delayMs)
    const entry = { timer, dueMs: timer.dueMs, order: this.#order++ }
    this.#current.set(timer, entry)
    this.#push(entry)
  }

  disarm(timer: Timer): void {
    timer.armed = false
    this.#current.delete(timer)
  }

  /** Moves time forward by `ms`, running everything that falls due. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    while (this.#step(endMs));
    this.#nowMs = endMs
  }

  /** As `advance`, and lets promises that timers resolved run before the next timer does. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settled()
    while (this.#step(endMs)) await settled()
    this.#nowMs = endMs
  }

  #step(endMs: number): boolean {
    const entry = this.#first()
    if (entry === undefined || entry.dueMs > endMs) return false
    this.#pop()
    this.#current.delete(entry.timer)
    this.#nowMs = entry.dueMs
    entry.timer.armed = false
    entry.timer.owner.onTimer(entry.timer)
    return true
  }

  /** The earliest entry that is still meant; entries of timers disarmed or moved are dropped on the way. */
  #first(): Entry | undefined {
    for (;;) {
      const entry = this.#heap[0]
      if (entry === undefined || this.#current.get(entry.timer) === entry) return entry
      this.#pop()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = heap[up] as Entry
      if (!before(entry, parent)) break
      heap[at] = parent
      at = up
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const entry = heap.pop()
    if (entry === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++
      const least = heap[child] as Entry
      if (!before(least, entry)) break
      heap[at] = least
      at = child
    }
    heap[at] = entry
  }
}

/** Long enough for chains of already resolved promises. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
