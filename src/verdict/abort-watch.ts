import type { MeasureSource } from '../metrics/measure.js'
import type { Threshold } from '../model/scenario.js'
import { measuredText, wantedText } from './figure.js'
import { holds } from './judge.js'

/** Ends a hopeless run early: tells when a threshold with `abort after` has been missed for that long. */
export class AbortWatch {
  readonly #source: MeasureSource
  readonly #watched: { readonly threshold: Threshold; readonly afterMs: number; missedSinceMs: number | undefined }[]

  constructor(thresholds: readonly Threshold[], source: MeasureSource) {
    this.#source = source
    this.#watched = thresholds.flatMap((threshold) =>
      threshold.abortAfterMs === undefined
        ? []
        : [{ threshold, afterMs: threshold.abortAfterMs, missedSinceMs: undefined }],
    )
  }

  /** False when no threshold can end the run: then nothing needs to be asked. */
  get armed(): boolean {
    return this.#watched.length > 0
  }

  /** Why the run should end now; to be asked about once a second. No data is not a miss. */
  check(nowMs: number): string | undefined {
    for (const watched of this.#watched) {
      const { threshold } = watched
      const measurement = this.#source.measure(threshold)
      if (measurement.value === null || holds(measurement.value, threshold.operator, threshold.wanted)) {
        watched.missedSinceMs = undefined
        continue
      }
      watched.missedSinceMs ??= nowMs
      if (nowMs - watched.missedSinceMs < watched.afterMs) continue
      const measured = measuredText(threshold, measurement)
      return `ended early: ${threshold.metric} was ${measured}, wanted ${wantedText(threshold)}, for ${watched.afterMs / 1000} s`
    }
    return undefined
  }
}
