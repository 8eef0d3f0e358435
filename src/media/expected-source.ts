import type { Address } from '../model/address.js'

/** Whether packets come from where signalling said they would: while they do, others are a stranger's. */
export class ExpectedSource {
  readonly #aliveMs: number
  #heardFrom: Address | undefined
  #heardMs = Number.NEGATIVE_INFINITY

  /** So long after the last packet from there the source is taken to be alive. */
  constructor(aliveMs: number) {
    this.#aliveMs = aliveMs
  }

  /** A packet came from the place that is agreed on now; another place is another object. */
  hear(agreed: Address | undefined, nowMs: number): void {
    this.#heardFrom = agreed
    this.#heardMs = nowMs
  }

  isAlive(agreed: Address | undefined, nowMs: number): boolean {
    return agreed === this.#heardFrom && nowMs - this.#heardMs < this.#aliveMs
  }
}
