import { WheelClock } from '../../base/wheel-clock.js'
import { type StoredAnswer, storeAnswer } from '../../metrics/answer.js'
import { type DrillFacts, shiftFacts } from '../../metrics/failover/drill-facts.js'
import { HistogramCodec } from '../../metrics/histogram.js'
import { Recorder } from '../../metrics/recorder.js'
import type { Snapshot } from '../../metrics/snapshot.js'
import type { RunResult } from '../../model/result.js'
import { faultLines, faultResults } from '../run/fault-results.js'
import { drillLimits } from '../run/result-parts.js'
import type { RunDrill } from '../run/run-drill.js'
import type { Setting } from '../run/setting.js'
import { readyDrill } from '../run/told-drill.js'
import { machineMs } from './shard-messages.js'

/** The drill of a run in shards: faults are made here, and measured by what all shards know of their calls. */
export class ShardedDrill {
  readonly #setting: Setting
  readonly #drill: RunDrill
  readonly #clock = new WheelClock({ keepProcess: false })
  readonly #codec = new HistogramCodec()
  readonly #recorder: Recorder
  #startMs = 0

  private constructor(setting: Setting, drill: RunDrill) {
    const { warmupMs, thresholds, faults } = setting.scenario
    this.#setting = setting
    this.#drill = drill
    this.#recorder = new Recorder({ warmupMs, questions: thresholds, drill: faults.length > 0 })
  }

  /** Undefined where the scenario wants none; throws `environment/fault` where a fault cannot be made. */
  static async ready(setting: Setting): Promise<ShardedDrill | undefined> {
    if (!setting.drill) return undefined
    const own = new ShardedDrill(setting, setting.drill)
    await readyDrill(setting, own.#clock, (event) => own.#recorder.fault(event))
    return own
  }

  /** Faults have their times from there on, of the machine's clock, and go into the folder's log. */
  start(atMachineMs: number, folder: string): void {
    this.#startMs = this.#clock.nowMs() + atMachineMs - machineMs()
    this.#recorder.startLoad(this.#startMs)
    this.#drill.logInto(folder)
    this.#drill.start(this.#startMs)
  }

  /** Load is over: undoes what is in force and measures what the faults did to calls and agents. Once. */
  async settle(facts: readonly DrillFacts[]): Promise<void> {
    await this.#drill.end()
    const { log } = this.#recorder.drill
    for (const each of facts) log?.add(shiftFacts(each, this.#startMs))
    const limits = drillLimits({ scenario: this.#setting.scenario, clock: this.#clock })
    this.#recorder.drill.settle(limits, this.#recorder)
  }

  async end(): Promise<void> {
    await this.#drill.end()
    this.#codec.destroy()
    this.#recorder.destroy()
  }

  snapshot(): Snapshot {
    return this.#recorder.snapshot()
  }

  /** In the order of the scenario's thresholds. */
  answers(): StoredAnswer[] {
    return this.#setting.scenario.thresholds.map((threshold) =>
      storeAnswer(threshold.metric, this.#recorder.answer(threshold), this.#codec),
    )
  }

  results(): RunResult['faults'] {
    const { faults, figures } = this.#recorder.drill
    return faultResults(faults.events, figures, this.#startMs, this.#clock.nowMs())
  }

  lines(): string[] {
    return faultLines(this.#recorder.drill.faults.events, this.#startMs, this.#clock.nowMs())
  }
}
