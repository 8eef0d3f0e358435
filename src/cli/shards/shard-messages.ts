import type { ErrorCode, Place } from '../../base/errors.js'
import type { Shard } from '../../load/shard.js'
import type { StoredAnswer } from '../../metrics/answer.js'
import type { DrillFacts } from '../../metrics/failover/drill-facts.js'
import type { LivePart } from '../../metrics/merge-live.js'
import type { Target } from '../../model/scenario.js'
import type { LiveContext } from '../live-frame.js'
import type { RunPart } from '../run/result-parts.js'
import type { LogLevel } from '../run/run-log.js'
import type { KeptCalls } from '../run/samples.js'

/** What a shard is to do: the scenario as a file, since programs and texts do not go through a channel. */
export interface ShardTask {
  readonly shard: Shard
  readonly file: string
  readonly sha256: string
  readonly set: Readonly<Record<string, string>>
  readonly seed: number
  /** Name servers to ask: that of a drill where there is one. */
  readonly nameServers: readonly string[]
  readonly allowTargets: readonly string[]
  readonly logLevel: LogLevel
  /** The embedded gateways in the order in which the scenario's groups name them. */
  readonly gateways: readonly { readonly targets: readonly Target[]; readonly caFile: string }[]
  /** Those of the scenario's gateway as agents are to see them; undefined where it is embedded, or there is none. */
  readonly targets: readonly Target[] | undefined
}

/** To a shard. */
export type ShardCommand =
  | { readonly kind: 'prepare'; readonly task: ShardTask }
  /** Load starts at this time of the machine's monotonic clock. */
  | { readonly kind: 'load'; readonly atMachineMs: number }
  /** The run is interrupted. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** A threshold ends the load early. */
  | { readonly kind: 'cut' }
  /** All shards have ended their load. */
  | { readonly kind: 'end' }

/** What has been measured so far. */
export interface ShardReport {
  readonly part: RunPart
  /** In the order of the scenario's thresholds. */
  readonly answers: readonly StoredAnswer[]
}

/** What a shard leaves when its load is over. */
export interface ShardOver {
  readonly report: ShardReport
  readonly calls: KeptCalls
  /** What is known of calls and agents where things are broken on purpose; times count from the start of load. */
  readonly drill: DrillFacts | undefined
}

/** From a shard. */
export type ShardNotice =
  | { readonly kind: 'ready' }
  | { readonly kind: 'live'; readonly live: LivePart; readonly context: LiveContext }
  | { readonly kind: 'report'; readonly report: ShardReport }
  | { readonly kind: 'over'; readonly over: ShardOver }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly detail: string
      readonly place: Place | undefined
      readonly hint: string
    }

/** The machine's monotonic clock, which all its processes share, in ms. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
