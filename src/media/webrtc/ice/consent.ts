/** RFC 7675 5.1: a check every 5 s, varied by a fifth; consent expires 30 s after the last answer. */
const intervalMs = 5000
const variation = 0.2
export const usualConsentMs = 30_000
/** A shorter patience still sees as many checks as the usual one. */
const checksWithin = 6
/** Checks of all paths that are due within it leave together: wake-ups cost more than checks. */
const togetherMs = 50
/** Answers that come later than a few checks renew nothing; only so many ids are remembered. */
const rememberedIds = 6

/** Consent to send on the selected pair (RFC 7675). Pure: times and chance come in as arguments. */
export class Consent {
  readonly #patienceMs: number
  #expiresMs: number
  #checkMs: number
  #ids: string[] = []

  constructor(nowMs: number, chance: number, patienceMs = usualConsentMs) {
    this.#patienceMs = patienceMs
    this.#expiresMs = nowMs + patienceMs
    this.#checkMs = this.#nextCheckMs(nowMs, chance)
  }

  get dueMs(): number {
    return Math.min(this.#expiresMs, this.#checkMs)
  }

  expired(nowMs: number): boolean {
    return nowMs >= this.#expiresMs
  }

  /** Whether a check is to be sent now; `sent` tells of it. */
  checkDue(nowMs: number): boolean {
    return nowMs >= this.#checkMs
  }

  sent(id: string, nowMs: number, chance: number): void {
    this.#ids = [...this.#ids.slice(1 - rememberedIds), id]
    this.#checkMs = this.#nextCheckMs(nowMs, chance)
  }

  /** True when the id was one of ours. */
  answered(id: string, nowMs: number): boolean {
    if (!this.#ids.includes(id)) return false
    this.#ids = []
    this.#expiresMs = nowMs + this.#patienceMs
    return true
  }

  #nextCheckMs(nowMs: number, chance: number): number {
    const interval = Math.min(intervalMs, this.#patienceMs / checksWithin)
    // What is rounded up stays within the variation.
    const spreadMs = Math.max(0, 2 * variation * interval - togetherMs)
    const dueMs = nowMs + interval * (1 - variation) + spreadMs * chance
    return Math.ceil(dueMs / togetherMs) * togetherMs
  }
}
