import type { Address, TransportName } from '../../model/address.js'
import type { CapturedConnection, CaptureEvent, Sighting } from '../captured-message.js'
import type { Segment } from './segment.js'

/** Index of an end of a connection; `from: 0` is what end 0 sent. */
export type End = 0 | 1

export const otherEnd = (end: End): End => (end === 0 ? 1 : 0)

/** Events of a connection that are kept until it shows that it carries SIP. */
const mostPending = 64

/** The facts of a connection, filled in as they become known. */
export interface ConnectionFacts extends CapturedConnection {
  client: Address
  server: Address
  transport: TransportName
  fromStart: boolean
  upgradeRequest?: Buffer
  upgradeResponse?: Buffer
}

/** One TCP connection towards those who judge: they hear of it once it carries SIP. */
export class Flow {
  readonly ends: readonly [Address, Address]
  readonly facts: ConnectionFacts
  readonly #deliver: (event: CaptureEvent) => void
  #pending: CaptureEvent[] = []
  #carriesSip = false
  #clientKnown = false

  constructor(id: number, ends: readonly [Address, Address], deliver: (event: CaptureEvent) => void) {
    this.ends = ends
    this.#deliver = deliver
    this.facts = { id, client: ends[0], server: ends[1], transport: 'tcp', fromStart: false }
  }

  get carriesSip(): boolean {
    return this.#carriesSip
  }

  /** True when it has said a lot and none of it was SIP. */
  get isSomethingElse(): boolean {
    return !this.#carriesSip && this.#pending.length >= mostPending
  }

  /** The end that opened it, unless that is known already. */
  setClient(end: End): void {
    if (this.#clientKnown) return
    this.guessClient(end)
    this.#clientKnown = true
  }

  /** Holds until it is known. */
  guessClient(end: End): void {
    if (this.#clientKnown) return
    this.facts.client = this.ends[end]
    this.facts.server = this.ends[otherEnd(end)]
  }

  /** The end that is the client as far as is known. */
  get client(): End {
    return this.facts.client === this.ends[0] ? 0 : 1
  }

  get clientKnown(): boolean {
    return this.#clientKnown
  }

  emit(event: CaptureEvent): void {
    if (this.#carriesSip) this.#deliver(event)
    else if (this.#pending.length < mostPending) this.#pending.push(event)
  }

  /** From here on everything is told, what came before too. */
  tell(): void {
    if (this.#carriesSip) return
    this.#carriesSip = true
    const pending = this.#pending
    this.#pending = []
    for (const event of pending) this.#deliver(event)
  }

  sighting(from: End, segment: Segment, frames: readonly number[] = segment.frames, firstAtMs?: number): Sighting {
    return {
      atMs: segment.atMs,
      firstAtMs: firstAtMs ?? segment.atMs,
      frames,
      source: this.ends[from],
      destination: this.ends[otherEnd(from)],
      transport: this.facts.transport,
      ttl: segment.ttl,
      checksum: segment.checksum,
      interfaceIndex: segment.interfaceIndex,
      connection: this.facts,
    }
  }
}
