import type { Row } from '../tally.js'
import { verdictStride } from '../tally.js'

/** Every verdict on one conversation, as it is counted. */
export class VerdictLog {
  readonly entries: { readonly row: Row; readonly place: number }[] = []
  readonly reasons: { readonly row: Row; readonly index: number; readonly why: string }[] = []

  start(): void {
    this.entries.length = 0
    this.reasons.length = 0
  }

  note(row: Row, place: number): void {
    this.entries.push({ row, place })
  }

  noteReason(row: Row, place: number, why: string): void {
    this.reasons.push({ row, index: Math.floor(place / verdictStride), why })
  }
}
