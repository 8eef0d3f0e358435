import type { StreamGap } from '../model/record.js'

/** Shorter gaps are jitter. */
const shortestMs = 60
/** Of each stream; beyond these the shortest is forgotten. */
const most = 32

const none: readonly StreamGap[] = []

/** When a stream was silent for long: a drill has to tell the gap of its fault from those of other causes. */
export class LongGaps {
  #gaps: StreamGap[] | undefined

  get all(): readonly StreamGap[] {
    return this.#gaps ?? none
  }

  push(toMs: number, ms: number): void {
    if (ms < shortestMs) return
    this.#gaps ??= []
    this.#gaps.push({ toMs, ms })
    if (this.#gaps.length <= most) return
    const shortest = this.#gaps.reduce((least, gap) => (gap.ms < least.ms ? gap : least))
    this.#gaps.splice(this.#gaps.indexOf(shortest), 1)
  }
}
