/** More than the longest packet time: an entry never comes back to the slot that is being run. */
const slotCount = 256
/** Packet times are spread over so many phases of one millisecond. */
const phaseCount = 20
/** After a stall, sends later than this are left out instead of sent in a burst. */
const catchUpMs = 60

/** What the wheel drives; linked in place, so that pacing allocates nothing. */
export interface PacedEntry {
  /** Absolute millisecond of the next send; owned by the wheel. */
  dueTick: number
  periodMs: number
  wheelNext: PacedEntry | undefined
  wheelPrevious: PacedEntry | undefined
  /** -1 while not on the wheel. */
  wheelSlot: number
  wheelPhase: number
  /** Its time has come. */
  sendFrame(dueTick: number): void
  /** Its time was missed by too much: nothing is sent, time goes on. */
  skipFrame(dueTick: number): void
}

/**
 * One wheel for all streams: absolute ticks of a millisecond, so that lateness never adds up to drift. New entries take
 * the least loaded of 20 phases. Pure: the time is passed in.
 */
export class PacingWheel {
  /** The first and the last entry of each slot. */
  readonly #slots: (PacedEntry | undefined)[] = new Array(slotCount).fill(undefined)
  readonly #lasts: (PacedEntry | undefined)[] = new Array(slotCount).fill(undefined)
  readonly #phaseLoad = new Uint32Array(phaseCount)
  #tick: number
  #phase = 0
  count = 0

  constructor(nowMs: number) {
    this.#tick = Math.floor(nowMs)
  }

  /** Puts the entry on the wheel; its first send is the next tick of its phase. Packet times are below 236 ms. */
  add(entry: PacedEntry): void {
    if (entry.wheelSlot >= 0) this.remove(entry)
    const phase = this.#leastLoadedPhase()
    const earliest = this.#tick + 1
    entry.wheelPhase = phase
    entry.dueTick = earliest + ((phase - (earliest % phaseCount) + phaseCount) % phaseCount)
    this.#phaseLoad[phase]!++
    this.count++
    this.#link(entry)
  }

  remove(entry: PacedEntry): void {
    if (entry.wheelSlot < 0) return
    this.#unlink(entry)
    this.#phaseLoad[entry.wheelPhase]!--
    this.count--
  }

  /** Sends everything due up to `nowMs`, in order of its time. */
  run(nowMs: number): void {
    const target = Math.floor(nowMs)
    if (this.count === 0) {
      this.#tick = Math.max(this.#tick, target)
      return
    }
    while (this.#tick < target) {
      this.#tick++
      this.#runTick(this.#tick, target - this.#tick > catchUpMs)
    }
  }

  #runTick(tick: number, tooLate: boolean): void {
    const slot = tick % slotCount
    // Always from the head: a frame's tap may remove any entry, and what is linked anew lands in another slot.
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      this.#unlink(entry)
      entry.dueTick = tick + entry.periodMs
      this.#link(entry)
      if (tooLate) entry.skipFrame(tick)
      else entry.sendFrame(tick)
    }
  }

  #leastLoadedPhase(): number {
    let best = this.#phase
    for (let i = 1; i < phaseCount; i++) {
      const candidate = (this.#phase + i) % phaseCount
      if ((this.#phaseLoad[candidate] ?? 0) < (this.#phaseLoad[best] ?? 0)) best = candidate
    }
    this.#phase = (best + 1) % phaseCount
    return best
  }

  /** Behind those that are there: who shares a tick keeps its place among them from packet to packet. */
  #link(entry: PacedEntry): void {
    const slot = entry.dueTick % slotCount
    const last = this.#lasts[slot]
    entry.wheelSlot = slot
    entry.wheelPrevious = last
    entry.wheelNext = undefined
    if (last) last.wheelNext = entry
    else this.#slots[slot] = entry
    this.#lasts[slot] = entry
  }

  #unlink(entry: PacedEntry): void {
    if (entry.wheelPrevious) entry.wheelPrevious.wheelNext = entry.wheelNext
    else this.#slots[entry.wheelSlot] = entry.wheelNext
    if (entry.wheelNext) entry.wheelNext.wheelPrevious = entry.wheelPrevious
    else this.#lasts[entry.wheelSlot] = entry.wheelPrevious
    entry.wheelNext = undefined
    entry.wheelPrevious = undefined
    entry.wheelSlot = -1
  }
}
