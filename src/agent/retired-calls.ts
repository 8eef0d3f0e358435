import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import type { RetiredCall } from './retired-call.js'
import { type Piece, RetiredGeneration } from './retired-generation.js'

/** Parts that the time is cut into: what is kept too long is one of them at most. */
const PARTS = 8

/**
 * What is left of calls that are over, by local tag, for `keepMs` at least. A load of thousands of calls a second has a
 * hundred thousand of them: a generation is forgotten as a whole, and no table grows beyond what fits a cache well.
 */
export class RetiredCalls implements TimerOwner {
  readonly #clock: Clock
  readonly #partMs: number
  /** The newest first. */
  #generations: RetiredGeneration[] = []
  /** Of the generation that was forgotten last: what a burst needed once is not kept. */
  readonly #spare: Piece[] = []
  readonly #turn: Timer = new Timer(this, 'generation')

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock
    this.#partMs = keepMs / PARTS
  }

  add(call: RetiredCall): void {
    const newest = this.#generations[0] ?? this.#begin()
    newest.add(call)
  }

  has(localTag: string): boolean {
    return this.#generations.some((generation) => generation.has(localTag))
  }

  find(localTag: string): RetiredCall | undefined {
    return this.#generations.find((generation) => generation.has(localTag))?.find(localTag)
  }

  onTimer(): void {
    // The youngest call of the oldest generation was added PARTS turns ago.
    this.#spare.length = 0
    if (this.#generations.length > PARTS) this.#generations.pop()?.moveTo(this.#spare)
    if (this.#generations.some((generation) => generation.size > 0)) this.#begin()
    else this.#forget()
  }

  close(): void {
    this.#clock.disarm(this.#turn)
    this.#forget()
  }

  #forget(): void {
    this.#generations = []
    this.#spare.length = 0
  }

  #begin(): RetiredGeneration {
    const generation = new RetiredGeneration(this.#spare)
    this.#generations.unshift(generation)
    this.#clock.arm(this.#turn, this.#partMs)
    return generation
  }
}
