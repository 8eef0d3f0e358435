import { type RelayContext, RelayPort } from './relay-port.js'

/** Opens relay ports one after another within a range, so that a freed port rests before it is used again. */
export class RelayPortRange {
  readonly #host: string
  readonly #low: number
  readonly #pairs: number
  readonly #context: RelayContext
  readonly #open = new Set<RelayPort>()
  #next = 0

  constructor(host: string, range: { readonly low: number; readonly high: number }, context: RelayContext) {
    this.#host = host
    this.#low = range.low + (range.low % 2)
    this.#pairs = Math.max(0, Math.floor((range.high + 1 - this.#low) / 2))
    this.#context = context
  }

  get openCount(): number {
    return this.#open.size
  }

  /** undefined when the whole range is in use, or the relay is down. */
  open(): RelayPort | undefined {
    if (!this.#context.up) return undefined
    for (let tries = 0; tries < this.#pairs; tries++) {
      const number = this.#low + 2 * this.#next
      this.#next = (this.#next + 1) % this.#pairs
      const port = RelayPort.open(this.#host, number, this.#context)
      if (port) {
        this.#open.add(port)
        return port
      }
    }
    return undefined
  }

  close(port: RelayPort): void {
    port.close()
    this.#open.delete(port)
  }
}
