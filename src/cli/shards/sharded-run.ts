import { performance } from 'node:perf_hooks'
import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import { Rng } from '../../base/rng.js'
import { WheelClock } from '../../base/wheel-clock.js'
import type { LiveSnapshot } from '../../metrics/live-view.js'
import { type LivePart, mergeLive } from '../../metrics/merge-live.js'
import type { RunResult } from '../../model/result.js'
import { openRunFolder, type RunFolder, reportsFolder } from '../../report/result-file.js'
import { AbortWatch } from '../../verdict/abort-watch.js'
import { assembleResult } from '../../verdict/assemble-result.js'
import { exitCodeOf } from '../../verdict/verdict.js'
import { type LiveSource, liveOutput, startLive } from '../live.js'
import type { LiveContext, Phase } from '../live-frame.js'
import { closeWithin } from '../run/close-within.js'
import { wantedGateways } from '../run/gateways.js'
import { Progress, writingElsewhere } from '../run/progress.js'
import type { FinishedRun } from '../run/repeated-runs.js'
import { refuseSilence, resultParts, unfinished } from '../run/result-parts.js'
import { SampleKeeper } from '../run/samples.js'
import type { Setting } from '../run/setting.js'
import { drillExits } from '../run/told-drill.js'
import { joinParts } from './join-parts.js'
import { MergedAnswers } from './merged-answers.js'
import { machineMs, type ShardCommand, type ShardTask } from './shard-messages.js'
import { forkShard, ShardProcess } from './shard-process.js'
import { ShardedDrill } from './sharded-drill.js'

/** Every shard has heard when load starts before it does. */
const START_LEAD_MS = 200
const LOOK_EVERY_MS = 500
/** Removing registrations and closing connections. */
const END_MS = 10_000

const phases: readonly Phase[] = ['starting', 'registering', 'load', 'draining']

/** A run whose load is made by processes of its own; this one starts, ends, merges and judges. */
export class ShardedRun implements LiveSource {
  readonly #setting: Setting
  readonly #startedAt = new Date()
  readonly #shards: readonly ShardProcess[]
  readonly #answers: MergedAnswers
  readonly #abort: AbortWatch
  readonly #drill: ShardedDrill | undefined
  readonly #cpuAtStart = process.cpuUsage()
  #earlyEnd: string | undefined

  private constructor(setting: Setting, count: number, drill: ShardedDrill | undefined) {
    this.#setting = setting
    this.#drill = drill
    const { thresholds } = setting.scenario
    const clock = new WheelClock()
    this.#shards = Array.from(
      { length: count },
      (_, index) => new ShardProcess(taskOf(setting, { index, of: count }), forkShard(), clock),
    )
    this.#answers = new MergedAnswers(thresholds, () => [
      ...this.#reports.map(({ answers }) => answers),
      ...(drill ? [drill.answers()] : []),
    ])
    this.#abort = new AbortWatch(thresholds, this.#answers)
    setting.interruption.onStop(() => this.#tellAll({ kind: 'stop', reason: setting.interruption.reason ?? '' }))
  }

  get #reports() {
    return this.#shards.flatMap(({ report }) => report ?? [])
  }

  #tellAll(command: ShardCommand): void {
    for (const shard of this.#shards) shard.tell(command)
  }

  static async perform(setting: Setting, count: number): Promise<FinishedRun> {
    const drill = await ShardedDrill.ready(setting)
    try {
      return await new ShardedRun(setting, count, drill).#perform()
    } finally {
      await drill?.end()
    }
  }

  async #perform(): Promise<FinishedRun> {
    const { options, output, interruption } = this.#setting
    const endLive = options.quiet ? undefined : startLive(this, liveOutput(options.logLevel))
    let folder: RunFolder | undefined
    try {
      await Promise.all(this.#shards.map(({ ready }) => ready))
      folder = this.#openFolder()
      await this.#load(folder)
      const result = this.#result()
      await this.#end()
      folder.writeResult(result)
      endLive?.()
      for (const { lost } of this.#shards) if (lost !== undefined) output.err(`siploadgen: ${lost}\n`)
      if (!interruption.stopped) refuseSilence(this.#heard, result)
      const bugs = this.#shards.some(({ broken }) => broken) ? [exitCode.bug] : []
      return { folder, result, exit: exitCodeOf(result.verdict, [...bugs, ...drillExits(this.#setting)]) }
    } catch (error) {
      if (folder && error instanceof SiploadgenError) output.err(`what was measured is in ${folder.path}\n`)
      throw error
    } finally {
      await this.#end()
      endLive?.()
      this.#answers.destroy()
    }
  }

  #openFolder(): RunFolder {
    const { options, scenario } = this.#setting
    const named = { outFolder: options.out, reportsFolder, scenarioName: scenario.name }
    return openRunFolder({ ...named, startedAt: this.#startedAt })
  }

  /** From the start of load, at the same moment in all shards, until the last of them is over. */
  async #load(folder: RunFolder): Promise<void> {
    const atMachineMs = machineMs() + START_LEAD_MS
    this.#tellAll({ kind: 'load', atMachineMs })
    this.#drill?.start(atMachineMs, folder.path)
    const look = setInterval(() => this.#look(), LOOK_EVERY_MS)
    const progress = new Progress(() => this.#write(folder), writingElsewhere)
    progress.start()
    await Promise.all(this.#shards.map(({ over }) => over))
    clearInterval(look)
    progress.stop()
    await this.#drill?.settle(this.#shards.flatMap(({ left }) => left?.drill ?? []))
    if (this.#reports.length > 0) return
    const lost = this.#shards.map(({ lost }) => lost).join('; ')
    throw new SiploadgenError('environment/shard', lost)
  }

  #write(folder: RunFolder): void {
    if (this.#reports.length > 0) folder.writeProgress(() => unfinished(this.#result()))
  }

  /** `abort after` of a threshold looks at the whole. */
  #look(): void {
    if (!this.#abort.armed || this.#earlyEnd !== undefined) return
    this.#earlyEnd = this.#abort.check(performance.now())
    if (this.#earlyEnd !== undefined && !this.#setting.interruption.stopped) this.#tellAll({ kind: 'cut' })
  }

  #result(): RunResult {
    const { scenario, interruption, drill } = this.#setting
    const named = this.#shards.flatMap(({ name, report }) => (report ? [{ name, part: report.part }] : []))
    const keeper = new SampleKeeper(scenario.samples.calls, new Rng(scenario.seed, 'samples'), scenario.hearing)
    keeper.take(this.#shards.flatMap(({ left }) => left?.calls ?? []))
    const ends = [interruption.reason, ...this.#shards.map(({ lost }) => lost)].filter((each) => each !== undefined)
    const context = {
      scenario,
      shards: this.#shards.length,
      startedAt: this.#startedAt,
      source: this.#answers,
      samples: keeper.samples(() => null),
      faults: this.#drill?.results() ?? [],
      interruption: ends.length === 0 ? undefined : ends.join('; '),
      earlyEnd: this.#earlyEnd,
      problems: drill?.problems ?? [],
      judged: undefined,
    }
    const own = process.cpuUsage(this.#cpuAtStart)
    const ownCpuSeconds = (own.user + own.system) / 1e6
    return assembleResult(resultParts(joinParts(named, scenario, ownCpuSeconds, this.#drill?.snapshot()), context))
  }

  get #heard(): boolean {
    return this.#reports.some(({ part }) => part.heard)
  }

  /** No process is left after this. */
  async #end(): Promise<void> {
    this.#tellAll({ kind: 'end' })
    const ended = Promise.all(this.#shards.map((shard) => shard.ended))
    await closeWithin(ended, END_MS)
    for (const shard of this.#shards) shard.kill()
    await ended
  }

  live(): LiveSnapshot {
    return mergeLive(this.#shards.flatMap((shard) => seen(shard) ?? []))
  }

  context(): LiveContext {
    const contexts = this.#shards.flatMap(({ live }) => live?.context ?? [])
    const { scenario } = this.#setting
    const first = Math.min(...contexts.map(({ phase }) => phases.indexOf(phase)))
    const missing = contexts.length < this.#shards.length
    return {
      title: scenario.name,
      phase: missing ? 'starting' : (phases[first] ?? 'starting'),
      registering: contexts.reduce((sum, { registering }) => sum + registering, 0),
      plannedMs: contexts[0]?.plannedMs,
      plannedCalls: scenario.load.calls,
      faults: this.#drill?.lines() ?? [],
      warnings: this.#shards.flatMap(({ name, live, lost }) =>
        lost === undefined ? (live?.context.warnings ?? []).map((text) => `${name}: ${text}`) : [lost],
      ),
    }
  }
}

/** The calls of a process that is gone are not in progress any more. */
function seen({ live, lost }: ShardProcess): LivePart | undefined {
  if (lost === undefined || !live) return live?.live
  return { ...live.live, live: { ...live.live.live, concurrent: 0 } }
}

function taskOf({ scenario, gateways, options }: Setting, shard: ShardTask['shard']): ShardTask {
  const { gateway } = scenario
  return {
    shard,
    file: scenario.file,
    sha256: scenario.sha256,
    set: options.set,
    seed: scenario.seed,
    nameServers: scenario.dns.servers,
    allowTargets: options.allowTargets,
    logLevel: options.logLevel,
    gateways: wantedGateways(scenario).flatMap((gateway) => {
      const handle = gateways.get(gateway)
      return handle ? [{ targets: handle.targets, caFile: handle.caFile }] : []
    }),
    targets: gateway.kind === 'external' ? gateway.targets : undefined,
  }
}
