import type { Rng } from '../../base/rng.js'
import { ExactLoss } from '../../gateway/fault-plan.js'

/** What a path does to what passes over it, both ways. Shares are 0 to 1. */
export interface Impairment {
  readonly delayMs: number
  /** A random time up to this on top. */
  readonly jitterMs: number
  /** So much more delay with every second that passes: a slow death. */
  readonly growthMsPerSecond: number
  /** Of datagrams, by exact count. */
  readonly loss: number
  readonly duplicate: number
  /** Of datagrams: this share overtakes those before, by being spared the delay. */
  readonly reorder: number
  /** Nothing passes: datagrams are lost, and connections stand and are silent. */
  readonly blackhole: boolean
}

export const unimpaired: Impairment = {
  delayMs: 0,
  jitterMs: 0,
  growthMsPerSecond: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  blackhole: false,
}

const lost: readonly number[] = []
const atOnce: readonly number[] = [0]

/** Decides what becomes of each datagram of one direction, and how long bytes of a connection are held. Pure. */
export class Fate {
  readonly #rng: Rng
  readonly #loss = new ExactLoss()
  readonly #twice = new ExactLoss()
  readonly #early = new ExactLoss()
  #impairment = unimpaired
  #sinceMs = 0

  constructor(rng: Rng) {
    this.#rng = rng
  }

  /** From now on; growth counts from here. */
  impair(impairment: Impairment, nowMs: number): void {
    this.#impairment = impairment
    this.#sinceMs = nowMs
    this.#loss.share = impairment.loss
    this.#twice.share = impairment.duplicate
    this.#early.share = impairment.reorder
  }

  get blackhole(): boolean {
    return this.#impairment.blackhole
  }

  /** How long bytes are held. */
  delayMs(nowMs: number): number {
    const { delayMs, jitterMs, growthMsPerSecond } = this.#impairment
    const grown = (growthMsPerSecond * (nowMs - this.#sinceMs)) / 1000
    return delayMs + grown + (jitterMs === 0 ? 0 : this.#rng.next() * jitterMs)
  }

  /** The delays of each copy of a datagram that passes; none when it is lost. */
  datagram(nowMs: number): readonly number[] {
    if (this.#impairment === unimpaired) return atOnce
    if (this.#impairment.blackhole || this.#loss.next()) return lost
    const first = this.#early.next() ? 0 : this.delayMs(nowMs)
    return this.#twice.next() ? [first, first] : [first]
  }
}
