import type { Scenario } from '../../model/scenario.js'
import type { TargetGuard } from '../../transport/guard.js'
import type { CommandOutput } from '../commands/validate.js'
import type { StartedGateways } from './gateways.js'
import type { Interruption } from './interruption.js'
import type { RunDrill } from './run-drill.js'
import type { LogLevel } from './run-log.js'

export interface RunOptions {
  readonly set: Readonly<Record<string, string>>
  readonly seed: number | undefined
  readonly out: string | undefined
  readonly formats: readonly string[]
  readonly allowTargets: readonly string[]
  readonly quiet: boolean
  readonly logLevel: LogLevel
  /** Processes that make the load, `auto` for one a core; undefined: this one while it can hold all agents. */
  readonly shards: number | 'auto' | undefined
}

/** All that one run of a scenario takes place in. */
export interface Setting {
  readonly scenario: Scenario
  readonly gateways: StartedGateways
  readonly drill: RunDrill | undefined
  readonly guard: TargetGuard
  readonly interruption: Interruption
  readonly options: RunOptions
  readonly output: CommandOutput
}
