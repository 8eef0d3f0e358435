import type { FaultEvent } from '../model/fault-event.js'
import type { CallCounts, Finding, MetricSeries, Timeline } from '../model/result.js'
import type { FaultFigures } from './failover/drill.js'
import type { ModelCounts } from './model-tally.js'
import type { TargetTally } from './target-tally.js'

export interface MediaCounts {
  readonly streams: number
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
}

/**
 * All that was measured, ready for a result. `metrics`, `calls`, `media` and `targets` hold what is judged, without
 * the warm-up; series tagged `phase: warmup` and the timeline hold the warm-up too.
 */
export interface Snapshot {
  readonly metrics: readonly MetricSeries[]
  readonly calls: CallCounts
  readonly media: MediaCounts
  readonly models: readonly ModelCounts[]
  readonly findings: readonly Finding[]
  /** By the clock of the run. */
  readonly faults: readonly FaultEvent[]
  /** What each fault did, once load is over. */
  readonly faultFigures: readonly FaultFigures[]
  readonly targets: Readonly<Record<string, TargetTally>>
  readonly timeline: Timeline
}
