import type { JitterBufferSettings } from '../model/terminal.js'

/** Clocks of two machines differ by less: the fastest transit seen is forgotten at this pace. */
const driftPerMs = 200e-6
/** So many packets in sequence that came too late show that the path has changed: the buffer starts anew. */
const lateForRestart = 10
/** A step of the media clock beyond this is another clock. */
const clockRestartMs = 10_000
/** Weights of the newest packet in the means of lateness and of its deviation (Ramjee et al. 1994, algorithm 1, quicker). */
const meanWeight = 1 / 32
/** How fast an adaptive buffer gives delay back, per packet. */
const shrinkWeight = 1 / 64

/** What it can delay a packet by at most. */
export const longestDelayMs = (settings: JitterBufferSettings): number =>
  settings.kind === 'fixed' ? settings.delayMs : settings.maxMs

/**
 * A model of the jitter buffer of a terminal: it holds no packets, it tells which would have come too late to be played.
 * The fastest transit is the reference; a packet is late when its own exceeds it by more than the delay of the buffer. A
 * fixed buffer keeps its delay. An adaptive one grows at once, to the lateness of a packet that it missed or to the mean
 * lateness and four mean deviations, and shrinks slowly. Pure: arrival times and RTP timestamps come in.
 */
export class JitterBuffer {
  readonly settings: JitterBufferSettings
  #unitsPerMs: number
  #delayMs: number
  #lastTimestamp = 0
  /** Media time of the last packet, unwrapped, ms. */
  #mediaMs = 0
  #fastestMs = Number.NaN
  #lastArrivalMs = 0
  #meanMs = 0
  #deviationMs = 0
  #lateInSequence = 0
  #heldSumMs = 0
  #held = 0

  constructor(settings: JitterBufferSettings, clockRate: number) {
    this.settings = settings
    this.#unitsPerMs = clockRate / 1000
    this.#delayMs = settings.kind === 'fixed' ? settings.delayMs : settings.initialMs
  }

  /** Delay of a packet on the fastest transit, now. */
  get delayMs(): number {
    return this.#delayMs
  }

  get maxMs(): number {
    return longestDelayMs(this.settings)
  }

  /** Mean time that packets waited to be played; undefined: none was. */
  get meanHeldMs(): number | undefined {
    return this.#held === 0 ? undefined : this.#heldSumMs / this.#held
  }

  /** Another source or another clock rate: the clock has nothing to do with the one before. */
  restart(unitsPerMs: number): void {
    this.#unitsPerMs = unitsPerMs
    this.#fastestMs = Number.NaN
  }

  /** Takes an audio packet; false when it came too late to be played. */
  take(atMs: number, timestamp: number): boolean {
    const stepMs = ((timestamp - this.#lastTimestamp) | 0) / this.#unitsPerMs
    this.#lastTimestamp = timestamp
    this.#mediaMs += stepMs
    const transitMs = atMs - this.#mediaMs
    if (!(Math.abs(transitMs - this.#fastestMs) <= clockRestartMs)) this.#begin(transitMs)
    else this.#fastestMs = Math.min(transitMs, this.#fastestMs + driftPerMs * Math.max(0, atMs - this.#lastArrivalMs))
    this.#lastArrivalMs = atMs
    const lateMs = transitMs - this.#fastestMs
    if (lateMs > this.#delayMs) return this.#miss(transitMs, lateMs)
    this.#lateInSequence = 0
    this.#heldSumMs += this.#delayMs - lateMs
    this.#held++
    this.#adapt(lateMs)
    return true
  }

  #begin(transitMs: number): void {
    this.#fastestMs = transitMs
    this.#lateInSequence = 0
    this.#meanMs = 0
    this.#deviationMs = 0
  }

  #miss(transitMs: number, lateMs: number): boolean {
    this.#lateInSequence++
    if (this.#lateInSequence >= lateForRestart) this.#begin(transitMs)
    else this.#adapt(lateMs)
    return false
  }

  #adapt(lateMs: number): void {
    const { settings } = this
    if (settings.kind === 'fixed') return
    this.#meanMs += (lateMs - this.#meanMs) * meanWeight
    this.#deviationMs += (Math.abs(lateMs - this.#meanMs) - this.#deviationMs) * meanWeight
    const wanted = Math.max(settings.minMs, this.#meanMs + 4 * this.#deviationMs)
    const target = Math.min(settings.maxMs, lateMs > this.#delayMs ? Math.max(lateMs, wanted) : wanted)
    this.#delayMs += target >= this.#delayMs ? target - this.#delayMs : (target - this.#delayMs) * shrinkWeight
  }
}
