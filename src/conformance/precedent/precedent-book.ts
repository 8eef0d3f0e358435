import type { Row } from '../tally.js'
import { maximumExamples, verdictAt, verdictStride } from '../tally.js'
import type { VerdictLog } from './verdict-log.js'

/** What all rules found in a conversation, to be counted again for each that is the same but for its identifiers. */
interface Precedent {
  readonly counts: readonly { readonly row: Row; readonly places: readonly number[] }[]
  readonly reasons: readonly { readonly row: Row; readonly index: number; readonly why: string }[]
  /** How often it was followed since the tally was last read. */
  followed: number
}

const mostPrecedents = 20_000

/** Conversations that were judged, by all that rules can see of them. */
export class PrecedentBook {
  /** `undefined` for a conversation that was met once: most are never met again, and what they cost to note is saved. */
  readonly #precedents = new Map<number, Precedent | undefined>()

  /** Counts the verdicts of the same conversation before; otherwise tells whether those on this one are to be added. */
  follow(key: number): 'followed' | 'new' | 'met' {
    const precedent = this.#precedents.get(key)
    if (precedent !== undefined) {
      precedent.followed++
      return 'followed'
    }
    if (this.#precedents.has(key)) return 'met'
    if (this.#precedents.size >= mostPrecedents) this.clear()
    this.#precedents.set(key, undefined)
    return 'new'
  }

  /** While fewer examples are kept of a violation than may be, the next one like it is judged anew. */
  add(key: number, { entries, reasons }: VerdictLog): void {
    const places = new Map<Row, number[]>()
    for (const { row, place } of entries) {
      const isViolation = place % verdictStride === verdictAt.violation
      if (isViolation && (row.examples.get(Math.floor(place / verdictStride))?.length ?? 0) < maximumExamples) return
      const known = places.get(row)
      if (known === undefined) places.set(row, [place])
      else known.push(place)
    }
    const counts = Array.from(places, ([row, each]) => ({ row, places: each }))
    this.#precedents.set(key, { counts, reasons: [...reasons], followed: 0 })
  }

  /** Brings the counts up to date. */
  settle(): void {
    for (const precedent of this.#precedents.values()) {
      const times = precedent?.followed ?? 0
      if (precedent === undefined || times === 0) continue
      precedent.followed = 0
      for (const { row, places } of precedent.counts) for (const place of places) row.counts[place]! += times
      for (const { row, index, why } of precedent.reasons) {
        const known = row.reasons.get(index)
        known?.set(why, (known.get(why) ?? 0) + times)
      }
    }
  }

  clear(): void {
    this.settle()
    this.#precedents.clear()
  }
}
