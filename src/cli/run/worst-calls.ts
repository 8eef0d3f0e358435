import { heardOf } from '../../metrics/definitions/heard.js'
import { qualityOf } from '../../metrics/definitions/quality.js'
import type { HearingLimits } from '../../model/hearing-limits.js'
import type { CallRecord } from '../../model/record.js'
import type { Scale } from '../../quality/codec-impairments.js'

/** So many of each scale: scores of different scales cannot be ranked together. */
const perScale = 5
/** So many of each verdict other than that all was heard. */
const perVerdict = 10
/** So many whose audio was away the longest. */
const perGap = 10
/** Below this, users begin to be dissatisfied (ITU-T G.107 Table B.1): better calls are nobody's worst. */
const poorMos = 4

interface Scored {
  readonly record: CallRecord
  readonly mos: number
}

/** Keeps the calls that sounded worst, those that were without audio the longest, and some of those in which a direction was not heard as it should be. */
export class WorstCalls {
  readonly #scored = new Map<Scale, Scored[]>()
  readonly #limits: HearingLimits
  #gaps: { readonly record: CallRecord; readonly gapMs: number }[] = []
  readonly #misheard = new Map<string, CallRecord[]>()

  constructor(limits: HearingLimits) {
    this.#limits = limits
  }

  offer(record: CallRecord): void {
    if (record.legs.every((leg) => leg.streams.length === 0)) return
    for (const [scale, mos] of worstScores(record)) this.#rank(scale, { record, mos })
    this.#rankGap(record)
    const heard = heardOf(record, this.#limits)?.heard
    if (heard === undefined || heard === 'unjudged') return
    const alike = this.#misheard.get(heard) ?? []
    if (alike.length < perVerdict) this.#misheard.set(heard, [...alike, record])
  }

  /** The longest gaps first, then the misheard, then the worst of each scale. */
  records(): CallRecord[] {
    const scored = [...this.#scored.values()].flat().map(({ record }) => record)
    const gaps = this.#gaps.map(({ record }) => record)
    return [...new Set([...gaps, ...[...this.#misheard.values()].flat(), ...scored])]
  }

  #rankGap(record: CallRecord): void {
    const gapMs = Math.max(0, ...record.legs.flatMap((leg) => leg.streams.map((stream) => stream.longestGapMs ?? 0)))
    if (gapMs < this.#limits.gapMs) return
    this.#gaps.push({ record, gapMs })
    this.#gaps.sort((a, b) => b.gapMs - a.gapMs)
    this.#gaps.length = Math.min(this.#gaps.length, perGap)
  }

  #rank(scale: Scale, scored: Scored): void {
    if (scored.mos >= poorMos) return
    const ranked = this.#scored.get(scale) ?? []
    const last = ranked.at(-1)
    if (ranked.length >= perScale && last !== undefined && last.mos <= scored.mos) return
    const place = ranked.findIndex(({ mos }) => mos > scored.mos)
    ranked.splice(place < 0 ? ranked.length : place, 0, scored)
    this.#scored.set(scale, ranked.slice(0, perScale))
  }
}

/** The lowest score of a call on each scale that it has streams of. */
function worstScores(record: CallRecord): Map<Scale, number> {
  const worst = new Map<Scale, number>()
  for (const stream of record.legs.flatMap((leg) => leg.streams)) {
    const quality = qualityOf(stream)
    if (quality !== undefined) worst.set(quality.scale, Math.min(quality.mos, worst.get(quality.scale) ?? quality.mos))
  }
  return worst
}
