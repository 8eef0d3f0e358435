/** Asks a run to end in order, once. */
export class Interruption {
  reason: string | undefined
  readonly #listeners: (() => void)[] = []
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.reason !== undefined) {
      process.stderr.write('\nstopped at once: calls and registrations were left as they were\n')
      process.exit(3)
    }
    this.stop(`the run was interrupted (${signal})`)
  }

  /** Ctrl-C and termination: the first asks the run to end in order, the second ends the process at once. */
  listen(): this {
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
    process.on('SIGHUP', this.#onSignal)
    return this
  }

  get stopped(): boolean {
    return this.reason !== undefined
  }

  onStop(listener: () => void): void {
    this.#listeners.push(listener)
  }

  stop(reason: string): void {
    if (this.reason !== undefined) return
    this.reason = reason
    for (const listener of this.#listeners) listener()
  }

  release(): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
    process.off('SIGHUP', this.#onSignal)
  }
}
