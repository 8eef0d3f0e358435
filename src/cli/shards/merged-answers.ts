import { type Answer, measureAnswer, mergeAnswers, type StoredAnswer } from '../../metrics/answer.js'
import { HistogramCodec } from '../../metrics/histogram.js'
import type { Measurement, MeasureQuery, MeasureSource } from '../../metrics/measure.js'

/** Answers thresholds from what all shards have measured. */
export class MergedAnswers implements MeasureSource {
  readonly #thresholds: readonly MeasureQuery[]
  readonly #parts: () => readonly (readonly StoredAnswer[])[]
  readonly #codec = new HistogramCodec()

  /** `parts`: of each shard, its answers to these thresholds in their order. */
  constructor(thresholds: readonly MeasureQuery[], parts: () => readonly (readonly StoredAnswer[])[]) {
    this.#thresholds = thresholds
    this.#parts = parts
  }

  measure(query: MeasureQuery): Measurement {
    const place = this.#thresholds.indexOf(query)
    if (place < 0) throw new Error(`shards were not asked for ${query.metric}`)
    return measureAnswer(query, this.#answer(place))
  }

  #answer(place: number): Answer {
    const parts = this.#parts().flatMap((answers) => answers[place] ?? [])
    return mergeAnswers(parts, this.#codec)
  }

  destroy(): void {
    this.#codec.destroy()
  }
}
