import { StunTransaction } from '../../../stun/stun-transaction.js'
import type { CandidatePair } from './candidate-pair.js'

export interface Check {
  readonly pair: CandidatePair
  readonly nominating: boolean
}

interface OpenCheck extends Check {
  readonly transaction: StunTransaction
}

/** The connectivity checks that have no answer yet. */
export class OpenChecks {
  readonly #checks = new Map<string, OpenCheck>()

  /** Sends the check for the first time. */
  open(id: string, bytes: Buffer, check: Check, nowMs: number): void {
    const { pair, nominating } = check
    this.#checks.set(id, { pair, nominating, transaction: new StunTransaction(id, bytes, nowMs) })
    pair.base.send(bytes, pair.to)
  }

  /** The check that an answer with this id belongs to; it is open no more. */
  take(id: string): Check | undefined {
    const check = this.#checks.get(id)
    this.#checks.delete(id)
    return check
  }

  /** The far side is there now: what is under way to it is repeated soon. */
  hasten(pair: CandidatePair, dueMs: number): void {
    for (const check of this.#checks.values()) if (check.pair === pair) check.transaction.hasten(dueMs)
  }

  /** Repeats what is due; returns the checks that have been repeated often enough. */
  resend(nowMs: number): readonly Check[] {
    const failed: Check[] = []
    for (const [id, check] of this.#checks) {
      const { transaction, pair } = check
      if (transaction.dueMs > nowMs) continue
      if (transaction.next(nowMs) === 'send') pair.base.send(transaction.bytes, pair.to)
      else {
        this.#checks.delete(id)
        failed.push(check)
      }
    }
    return failed
  }

  get dueMs(): number {
    let dueMs = Number.POSITIVE_INFINITY
    for (const { transaction } of this.#checks.values()) dueMs = Math.min(dueMs, transaction.dueMs)
    return dueMs
  }

  clear(): void {
    this.#checks.clear()
  }
}
