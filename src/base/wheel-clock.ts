import { type Clock, Timer, type TimerOwner } from './clock.js'

const SLOT_BITS = 11
/** Slots of each level: 2048 of 1 ms, and 2048 of 2.048 s (70 minutes; a longer timer is met there more than once). */
const SLOTS = 1 << SLOT_BITS
const SLOT_MASK = SLOTS - 1
const LONGEST_SLEEP_MS = 60_000
/** A wake-up that is later than this lets the event loop read its sockets first. */
const LATE_MS = 20

const noOwner: TimerOwner = { onTimer() {} }

const ring = (): Timer => {
  const head = new Timer(noOwner, 'slot')
  head.next = head
  head.previous = head
  return head
}

const link = (head: Timer, timer: Timer): void => {
  const last = head.previous as Timer
  last.next = timer
  timer.previous = last
  timer.next = head
  head.previous = timer
}

const unlink = (timer: Timer): void => {
  const previous = timer.previous as Timer
  const next = timer.next as Timer
  previous.next = next
  next.previous = previous
  timer.next = undefined
  timer.previous = undefined
}

/** One level of the wheel: rings of timers, and a bit for each ring that may hold some. */
class Level {
  readonly #rings: Timer[] = Array.from({ length: SLOTS }, ring)
  readonly #bits = new Uint32Array(SLOTS >>> 5)

  add(slot: number, timer: Timer): void {
    this.#bits[slot >>> 5] = (this.#bits[slot >>> 5] as number) | (1 << (slot & 31))
    link(this.#rings[slot] as Timer, timer)
  }

  ringOf(slot: number): Timer {
    return this.#rings[slot] as Timer
  }

  /** The first slot in [from, to) that holds a timer, or -1. Bits of rings emptied since are cleared on the way. */
  firstOccupied(from: number, to: number): number {
    let slot = from
    while (slot < to) {
      const word = (this.#bits[slot >>> 5] as number) >>> (slot & 31)
      if (word === 0) {
        slot = (slot | 31) + 1
        continue
      }
      slot += 31 - Math.clz32(word & -word)
      if (slot >= to) return -1
      const head = this.#rings[slot] as Timer
      if (head.next !== head) return slot
      this.#bits[slot >>> 5] = (this.#bits[slot >>> 5] as number) & ~(1 << (slot & 31))
      slot++
    }
    return -1
  }
}

/**
 * Real time: a two-level timer wheel of 1 ms slots over one setTimeout that sleeps until the next occupied slot.
 * A timer never runs before it is due; arming and disarming are O(1) and allocate nothing.
 */
export class WheelClock implements Clock {
  readonly #near = new Level()
  readonly #far = new Level()
  /** Timers of the slot being run; what a throwing owner leaves here runs at the next wake-up. */
  readonly #running = ring()
  /** The last tick (ms of performance.now()) whose slot has been run. */
  #tick = Math.floor(performance.now())
  #armed = 0
  #wakeTick = Number.POSITIVE_INFINITY
  #timeout: NodeJS.Timeout | undefined
  readonly #keepsProcess: boolean
  readonly #onWake = () => {
    // What has arrived while the process stood still may be what a timer would send again for.
    if (performance.now() - this.#wakeTick > LATE_MS) setImmediate(this.#onLateWake)
    else this.#wake()
  }
  readonly #onLateWake = () => this.#wake()

  /** With `keepProcess: false` armed timers do not keep the process alive, as with `unref()`. */
  constructor(options: { readonly keepProcess?: boolean } = {}) {
    this.#keepsProcess = options.keepProcess ?? true
  }

  nowMs(): number {
    return performance.now()
  }

  /** Timers armed at this moment. */
  get armedCount(): number {
    return this.#armed
  }

  arm(timer: Timer, delayMs: number): void {
    if (timer.armed) unlink(timer)
    else {
      timer.armed = true
      if (this.#armed++ === 0 && this.#keepsProcess) this.#timeout?.ref()
    }
    timer.dueMs = performance.now() + Math.max(delayMs, 0)
    const tick = this.#place(timer)
    if (tick < this.#wakeTick) this.#sleepUntil(tick)
  }

  disarm(timer: Timer): void {
    if (!timer.armed) return
    unlink(timer)
    timer.armed = false
    if (--this.#armed === 0) this.#timeout?.unref()
  }

  /** Puts the timer into its slot and returns the tick at which that slot has to be looked at. */
  #place(timer: Timer): number {
    const wanted = Math.ceil(timer.dueMs)
    const tick = wanted > this.#tick ? wanted : this.#tick + 1
    const round = Math.floor(tick / SLOTS)
    if (round === Math.floor(this.#tick / SLOTS)) {
      this.#near.add(tick & SLOT_MASK, timer)
      return tick
    }
    this.#far.add(round & SLOT_MASK, timer)
    // Its exact millisecond when that is known to be first; waking early only moves it to the near level.
    return tick
  }

  #sleepUntil(tick: number): void {
    clearTimeout(this.#timeout)
    this.#wakeTick = tick
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(tick - performance.now())))
    this.#timeout = setTimeout(this.#onWake, sleepMs)
    if (this.#armed === 0 || !this.#keepsProcess) this.#timeout.unref()
  }

  #wake(): void {
    this.#timeout = undefined
    // Infinity would make every timer armed by an owner below start a timeout of its own.
    this.#wakeTick = 0
    try {
      this.#run(Math.floor(performance.now()))
    } finally {
      this.#wakeTick = Number.POSITIVE_INFINITY
      const tick = this.#nextTick()
      if (tick !== Number.POSITIVE_INFINITY) this.#sleepUntil(tick)
    }
  }

  #run(nowTick: number): void {
    this.#drain()
    while (this.#tick < nowTick) {
      const roundStart = (Math.floor(this.#tick / SLOTS) + 1) * SLOTS
      const end = Math.min(nowTick + 1, roundStart)
      const from = this.#tick + 1
      const slot = from < end ? this.#near.firstOccupied(from & SLOT_MASK, ((end - 1) & SLOT_MASK) + 1) : -1
      if (slot >= 0) {
        this.#tick = from + slot - (from & SLOT_MASK)
        this.#detach(this.#near.ringOf(slot))
        this.#drain()
      } else if (end === roundStart && nowTick >= roundStart) {
        // The first slot of a round is run with the timers that come down from the far level.
        this.#tick = roundStart - 1
        this.#enterRound(roundStart)
      } else {
        this.#tick = nowTick
      }
    }
  }

  /** Brings the timers of the round that starts at `start` down to the near level and runs its first slot. */
  #enterRound(start: number): void {
    this.#tick = start
    const head = this.#far.ringOf(Math.floor(start / SLOTS) & SLOT_MASK)
    const last = head.previous as Timer
    if (last === head) return
    for (;;) {
      const timer = head.next as Timer
      unlink(timer)
      if (Math.ceil(timer.dueMs) <= start) link(this.#running, timer)
      else this.#place(timer)
      if (timer === last) break
    }
    this.#drain()
  }

  #detach(head: Timer): void {
    const first = head.next as Timer
    const last = head.previous as Timer
    const tail = this.#running.previous as Timer
    tail.next = first
    first.previous = tail
    last.next = this.#running
    this.#running.previous = last
    head.next = head
    head.previous = head
  }

  #drain(): void {
    const head = this.#running
    while (head.next !== head) {
      const timer = head.next as Timer
      unlink(timer)
      timer.armed = false
      this.#armed--
      timer.owner.onTimer(timer)
    }
  }

  #nextTick(): number {
    if (this.#armed === 0) return Number.POSITIVE_INFINITY
    if (this.#running.next !== this.#running) return this.#tick + 1
    const inRound = this.#tick & SLOT_MASK
    const near = this.#near.firstOccupied(inRound + 1, SLOTS)
    if (near >= 0) return this.#tick - inRound + near
    const round = Math.floor(this.#tick / SLOTS)
    const own = round & SLOT_MASK
    const later = this.#far.firstOccupied(own + 1, SLOTS)
    if (later >= 0) return (round - own + later) * SLOTS
    const wrapped = this.#far.firstOccupied(0, own + 1)
    return wrapped >= 0 ? (round - own + SLOTS + wrapped) * SLOTS : Number.POSITIVE_INFINITY
  }
}
