import type { Address } from '../../model/address.js'
import type { FormerSource } from '../stream-place.js'

/** So long after its end a stream's packets are known as its own. */
const memoryMs = 60_000

interface FormerSide {
  untilMs: number
  /** No other stream was there: whatever comes from there was meant for it. */
  wasAlone: boolean
  readonly ssrcs: Set<number>
  last: FormerSource | undefined
}

/** Far sides of streams that have ended: what they go on sending belongs to nobody who came after. */
export class FormerSources {
  /** The one that ended last comes last. */
  readonly #sides = new Map<string, FormerSide>()

  record(
    address: Address,
    ssrcs: Iterable<number>,
    last: FormerSource | undefined,
    wasAlone: boolean,
    nowMs: number,
  ): void {
    const key = keyOf(address)
    const side = this.#sides.get(key) ?? { untilMs: 0, wasAlone: false, ssrcs: new Set(), last: undefined }
    this.#sides.delete(key)
    side.untilMs = nowMs + memoryMs
    side.wasAlone ||= wasAlone
    side.last = last ?? side.last
    for (const ssrc of ssrcs) side.ssrcs.add(ssrc)
    if (last) side.ssrcs.add(last.ssrc)
    this.#sides.set(key, side)
    this.#forget(nowMs)
  }

  /** `isFree`: no stream is at the address now. */
  has(address: Address, ssrc: number | undefined, nowMs: number, isFree: boolean): boolean {
    const side = this.#sides.get(keyOf(address))
    if (!side || side.untilMs <= nowMs) return false
    return (side.wasAlone && isFree) || (ssrc !== undefined && side.ssrcs.has(ssrc))
  }

  /** What was heard last from an address. */
  lastAt(address: Address, nowMs: number): FormerSource | undefined {
    const side = this.#sides.get(keyOf(address))
    return side && side.untilMs > nowMs ? side.last : undefined
  }

  #forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#sides) {
      if (untilMs > nowMs) return
      this.#sides.delete(key)
    }
  }
}

const keyOf = ({ host, port }: Address): string => `${host} ${port}`
