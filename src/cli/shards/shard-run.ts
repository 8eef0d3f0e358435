import { SiploadgenError } from '../../base/errors.js'
import { storeAnswer } from '../../metrics/answer.js'
import { shiftFacts } from '../../metrics/failover/drill-facts.js'
import { HistogramCodec, readyHistograms } from '../../metrics/histogram.js'
import type { GatewayTarget, Scenario } from '../../model/scenario.js'
import { loadScenario } from '../../scenario/load-scenario.js'
import { TargetGuard } from '../../transport/guard.js'
import { AbortWatch } from '../../verdict/abort-watch.js'
import { wantedGateways } from '../run/gateways.js'
import { Interruption } from '../run/interruption.js'
import { type OpenRun, openRun } from '../run/open-run.js'
import { everySecond, Progress } from '../run/progress.js'
import { partOf } from '../run/result-parts.js'
import { RunLog } from '../run/run-log.js'
import { Watch } from '../run/watch.js'
import { machineMs, type ShardNotice, type ShardReport, type ShardTask } from './shard-messages.js'

const LIVE_EVERY_MS = 500

/** One shard of a run, in a process of its own: it makes its part of the load and tells what it measures. */
export class ShardRun {
  readonly #scenario: Scenario
  readonly #open: OpenRun
  readonly #interruption: Interruption
  readonly #watch: Watch
  readonly #tell: (notice: ShardNotice) => void
  readonly #codec = new HistogramCodec()
  readonly #live: NodeJS.Timeout

  private constructor(task: ShardTask, scenario: Scenario, tell: (notice: ShardNotice) => void) {
    this.#scenario = scenario
    this.#tell = tell
    this.#interruption = new Interruption()
    this.#open = openRun({
      scenario,
      shard: task.shard,
      guard: new TargetGuard([...scenario.allow, ...task.allowTargets]),
      gateways: new Map(wantedGateways(scenario).flatMap((gateway, n) => pair(gateway, task.gateways[n]))),
      interruption: this.#interruption,
      log: new RunLog(task.logLevel, (line) => process.stderr.write(line)),
    })
    const { run, recorder, self } = this.#open
    // Thresholds are judged where all shards are seen.
    this.#watch = new Watch(run, recorder, self, new AbortWatch([], recorder), this.#interruption)
    this.#live = setInterval(() => this.#show(), LIVE_EVERY_MS)
  }

  static async open(task: ShardTask, tell: (notice: ShardNotice) => void): Promise<ShardRun> {
    await readyHistograms()
    const scenario = loadScenario(task.file, { set: task.set, seed: task.seed })
    if (scenario.sha256 !== task.sha256) {
      throw new SiploadgenError('scenario/unreadable', `${task.file} was changed while the run began`)
    }
    const dns = { ...scenario.dns, servers: task.nameServers }
    return new ShardRun(task, { ...scenario, dns, gateway: gatewayOf(scenario, task) }, tell)
  }

  async prepare(): Promise<void> {
    this.#watch.start()
    await this.#open.run.prepare()
    this.#tell({ kind: 'ready' })
  }

  async load(atMachineMs: number): Promise<void> {
    const { run } = this.#open
    const startMs = run.clock.nowMs() + atMachineMs - machineMs()
    const report = (): void => this.#tell({ kind: 'report', report: this.#report('points') })
    this.#watch.beginLoad(new Progress(report, everySecond), startMs)
    await run.load(startMs)
    this.#watch.endLoad()
    this.#show()
    const { log } = this.#open.recorder.drill
    const drill = log && shiftFacts(log, -run.driver.startMs)
    this.#tell({ kind: 'over', over: { report: this.#report('slices'), calls: run.samples.kept(), drill } })
  }

  stop(reason: string): void {
    this.#interruption.stop(reason)
  }

  cut(): void {
    this.#open.run.driver.interrupt()
  }

  async end(): Promise<void> {
    await this.#open.run.end()
    this.#watch.stop()
    clearInterval(this.#live)
    this.#codec.destroy()
  }

  #show(): void {
    const { run, recorder } = this.#open
    this.#tell({ kind: 'live', live: recorder.livePart(run.clock.nowMs()), context: this.#watch.context() })
  }

  #report(detail: 'slices' | 'points'): ShardReport {
    const { recorder } = this.#open
    return {
      part: partOf(this.#open, detail),
      answers: this.#scenario.thresholds.map((threshold) =>
        storeAnswer(threshold.metric, recorder.answer(threshold), this.#codec),
      ),
    }
  }
}

/** A drill may stand between agents and the targets that the scenario names. */
const gatewayOf = ({ gateway }: Scenario, { targets }: ShardTask): GatewayTarget =>
  gateway.kind === 'external' && targets ? { ...gateway, targets } : gateway

const pair = <Key, Value>(key: Key, value: Value | undefined): [Key, Value][] =>
  value === undefined ? [] : [[key, value]]
