import type { Socket } from 'node:net'
import { type Clock, Timer, type TimerOwner } from '../../base/clock.js'
import type { Fate } from './impairment.js'

/**
 * One direction of a connection: bytes leave in order, each after its delay. While nothing passes they wait, as the
 * sender's kernel would send them again until the network is back.
 */
export class HeldBytes implements TimerOwner {
  readonly #clock: Clock
  readonly #fate: Fate
  readonly #to: Socket
  readonly #queue: { readonly dueMs: number; readonly bytes: Buffer | 'end' }[] = []
  readonly #timer = new Timer(this, 'release')
  #lastDueMs = 0

  constructor(clock: Clock, fate: Fate, to: Socket) {
    this.#clock = clock
    this.#fate = fate
    this.#to = to
  }

  push(bytes: Buffer | 'end'): void {
    const nowMs = this.#clock.nowMs()
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + this.#fate.delayMs(nowMs))
    this.#queue.push({ dueMs: this.#lastDueMs, bytes })
    this.release()
  }

  /** Lets go what is due; called again when the path has changed. */
  release(): void {
    if (this.#fate.blackhole) return
    const nowMs = this.#clock.nowMs()
    for (let first = this.#queue[0]; first !== undefined && first.dueMs <= nowMs; first = this.#queue[0]) {
      this.#queue.shift()
      if (first.bytes === 'end') this.#to.end()
      else if (!this.#to.destroyed) this.#to.write(first.bytes)
    }
    const next = this.#queue[0]
    if (next) this.#clock.arm(this.#timer, next.dueMs - nowMs)
  }

  onTimer(): void {
    this.release()
  }

  close(): void {
    this.#clock.disarm(this.#timer)
    this.#queue.length = 0
  }
}
