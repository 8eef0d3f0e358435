import { dropOldest } from '../drop-oldest.js'

/** Octets of calls that are held at most; those of the oldest calls are then given up. */
const mostHeldBytes = 128 * 1_048_576

/** Calls of which it is remembered how they went, for messages that come after their end. */
const mostSettled = 10_000

interface Held {
  readonly writes: (() => void)[]
  bytes: number
}

/** Holds back what belongs to calls until it is known how they went; only those that failed are written. */
export class CallHold {
  readonly #calls = new Map<string, Held>()
  readonly #settled = new Map<string, boolean>()
  #bytes = 0
  /** Calls given up because too much was held. */
  givenUp = 0

  /** Writes at once what belongs to no call. */
  hold(callId: string, bytes: number, write: () => void): void {
    const settled = callId === '' || this.#settled.get(callId)
    if (settled === true) write()
    if (settled !== undefined) return
    const held = this.#calls.get(callId) ?? { writes: [], bytes: 0 }
    held.writes.push(write)
    held.bytes += bytes
    this.#bytes += bytes
    this.#calls.set(callId, held)
    if (this.#bytes > mostHeldBytes) this.#giveUpOldest()
  }

  /** The call is over. */
  settle(callId: string, failed: boolean): void {
    this.#remember(callId, failed)
    const held = this.#calls.get(callId)
    if (held === undefined) return
    this.#calls.delete(callId)
    this.#bytes -= held.bytes
    if (failed) for (const write of held.writes) write()
  }

  #remember(callId: string, failed: boolean): void {
    this.#settled.set(callId, failed)
    dropOldest(this.#settled, mostSettled)
  }

  #giveUpOldest(): void {
    const oldest = this.#calls.keys().next().value
    if (oldest === undefined) return
    this.givenUp++
    this.settle(oldest, false)
  }
}
