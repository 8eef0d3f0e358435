import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import { wholeRun } from '../../load/shard.js'
import { readyHistograms } from '../../metrics/histogram.js'
import { Recorder } from '../../metrics/recorder.js'
import { judgedScheduleLagMs } from '../../metrics/saturation.js'
import { SelfObservation } from '../../metrics/self-observation.js'
import type { RunResult } from '../../model/result.js'
import type { Scenario } from '../../model/scenario.js'
import { openRunFolder, type RunFolder, reportsFolder } from '../../report/result-file.js'
import { loadScenario } from '../../scenario/load-scenario.js'
import { TargetGuard } from '../../transport/guard.js'
import { AbortWatch } from '../../verdict/abort-watch.js'
import { assembleResult } from '../../verdict/assemble-result.js'
import { exitCodeOf } from '../../verdict/verdict.js'
import { LineOutput, startLive } from '../live.js'
import { type StartedGateways, startGateways, stopGateways } from '../run/gateways.js'
import { Interruption } from '../run/interruption.js'
import { Recordings } from '../run/recordings.js'
import { type FinishedRun, RepeatedRuns } from '../run/repeated-runs.js'
import { drillLimits, resultParts, unfinished } from '../run/result-parts.js'
import { RunDrill } from '../run/run-drill.js'
import { type LogLevel, RunLog } from '../run/run-log.js'
import { captureFileName, RunTraffic } from '../run/run-traffic.js'
import { ScenarioRun } from '../run/scenario-run.js'
import { Watch } from '../run/watch.js'
import { checkFormats, writeReports } from '../run/write-reports.js'
import { version } from '../version.js'
import type { CommandOutput } from './validate.js'

export interface RunOptions {
  readonly set: Readonly<Record<string, string>>
  readonly seed: number | undefined
  readonly out: string | undefined
  readonly formats: readonly string[]
  readonly allowTargets: readonly string[]
  readonly quiet: boolean
  readonly logLevel: LogLevel
}

/** `siploadgen run`: from a scenario file to its verdict. */
export async function runCommand(file: string, options: RunOptions, output: CommandOutput): Promise<number> {
  checkFormats(options.formats)
  const scenario = loadScenario(file, {
    set: options.set,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  await readyHistograms()
  const interruption = new Interruption()
  const finish = (finished: FinishedRun): number => {
    writeReports(finished.folder, finished.result, options, output)
    return finished.exit
  }
  try {
    if (scenario.repeat.times === 1) return finish(await runOnce(scenario, interruption, options, output))
    const repetitions = new RepeatedRuns(scenario, interruption, options, output)
    return finish(await repetitions.run((out) => runOnce(scenario, interruption, { ...options, out }, output)))
  } finally {
    interruption.release()
  }
}

/** One run of the scenario, with gateways and a drill of its own; its folder has the result and no reports yet. */
async function runOnce(
  scenario: Scenario,
  interruption: Interruption,
  options: RunOptions,
  output: CommandOutput,
): Promise<FinishedRun> {
  const gateways = await startGateways(scenario)
  let drill: RunDrill | undefined
  try {
    const guard = new TargetGuard([...scenario.allow, ...options.allowTargets])
    drill = RunDrill.isWanted(scenario) ? await RunDrill.open(scenario, gateways) : undefined
    return await perform({ scenario, gateways, ...drill?.seen, drill, guard, interruption, options, output })
  } finally {
    // A second Ctrl-C still finds its listener, and with it the last undo.
    await drill?.close()
    await stopGateways(gateways)
  }
}

interface Setting {
  readonly scenario: Scenario
  readonly gateways: StartedGateways
  readonly drill: RunDrill | undefined
  readonly guard: TargetGuard
  readonly interruption: Interruption
  readonly options: RunOptions
  readonly output: CommandOutput
}

async function perform(setting: Setting): Promise<FinishedRun> {
  const { scenario, gateways, drill, guard, interruption, options, output } = setting
  const startedAt = new Date()
  const log = new RunLog(options.logLevel, output.err)
  const recorder = new Recorder({
    warmupMs: scenario.warmupMs,
    questions: scenario.thresholds,
    hearing: scenario.hearing,
    drill: scenario.faults.length > 0,
  })
  const run = new ScenarioRun({ scenario, shard: wholeRun, recorder, guard, gateways, interruption, version, log })
  const self = new SelfObservation({
    scheduleLagJudgedMs: () => judgedScheduleLagMs(recorder),
    scheduleLagP99Ms: () =>
      recorder.measure({ metric: 'schedule.lag', aggregate: 'p99', where: {}, between: undefined }).value ?? undefined,
    sendLatenessP99Ms: () => run.media?.sendLag.percentileMs(99),
    malformed: () => ({ ...run.stack.malformed.byKind, ...run.media?.counters.malformed }),
  })
  const watch = new Watch(run, recorder, self, new AbortWatch(scenario.thresholds, recorder), interruption)
  const endLive = options.quiet
    ? undefined
    : startLive(watch, options.logLevel === 'error' ? process.stderr : new LineOutput())
  const openFolder = (): RunFolder =>
    openRunFolder({ outFolder: options.out, reportsFolder, startedAt, scenarioName: scenario.name })
  let folder: RunFolder | undefined
  let traffic: RunTraffic | undefined
  try {
    if (scenario.capture) folder = openFolder()
    traffic = RunTraffic.open(scenario, folder?.path, `siploadgen/${version}`)
    if (traffic) run.capture(traffic)
    watch.start()
    await readyDrill(setting, run, recorder)
    await run.prepare()
    const opened = folder ?? openFolder()
    folder = opened
    drill?.logInto(opened.path)
    let judged: JudgedTraffic | undefined
    const result = (timeline: 'slices' | 'points', recordings: Recordings | undefined): RunResult => {
      const sources = { run, recorder, self, startedAt, interruption, watch, recordings, drill, judged }
      return assembleResult(resultParts(sources, timeline))
    }
    watch.beginLoad(() => opened.writeProgress(() => unfinished(result('points', undefined))))
    await loadThrough(run, drill)
    watch.endLoad()
    recorder.drill.settle(drillLimits(run), recorder)
    judged = await traffic?.judged(recorder)
    const before = result('slices', scenario.record && new Recordings(scenario.record, opened))
    await run.end()
    const captured = await traffic?.close()
    opened.writeResult(before)
    if (!interruption.stopped) refuseSilence(run, before)
    watch.stop()
    endLive?.()
    if (captured !== undefined && !options.quiet) output.err(`${opened.path}/${captureFileName}: ${captured}\n`)
    return { folder: opened, result: before, exit: exitCodeOf(before.verdict, drillExits(setting)) }
  } catch (error) {
    await drill?.end()
    await run.end()
    await traffic?.close()
    if (folder && error instanceof SiploadgenError) output.err(`what was measured is in ${folder.path}\n`)
    throw error
  } finally {
    watch.stop()
    endLive?.()
    recorder.destroy()
  }
}

/** A run that nobody ever answered has measured nothing. */
function refuseSilence({ observation }: ScenarioRun, { calls }: RunResult): void {
  if (observation.heard || calls.attempted === 0) return
  const detail = `no target ever answered: ${calls.attempted} calls met silence or refusal`
  throw new SiploadgenError('environment/no-response', detail)
}

/** Before anything is sent: every fault is found possible, and what it will do is shown. */
async function readyDrill({ drill, options, output, interruption }: Setting, run: ScenarioRun, recorder: Recorder) {
  if (!drill) return
  await drill.prepare(run.clock, (event) => recorder.fault(event))
  if (!options.quiet) for (const line of drill.plan) output.err(`drill: ${line}\n`)
  interruption.onStop(() => void drill.end())
}

/** Faults have their times from the start of load, and none outlasts it. */
async function loadThrough(run: ScenarioRun, drill: RunDrill | undefined): Promise<void> {
  const over = run.load()
  if (run.driver.state !== 'idle') drill?.start(run.driver.startMs)
  await over
  await drill?.end()
}

/** A fault that could not be made, or not be undone, is told whatever else is. */
function drillExits({ drill, output }: Setting): number[] {
  const problems = drill?.problems ?? []
  for (const problem of problems) output.err(`siploadgen: THE DRILL FAILED: ${problem}\n`)
  if (problems.some((problem) => problem.includes('undone'))) output.err('siploadgen: siploadgen cleanup tries again\n')
  return problems.length === 0 ? [] : [exitCode.environment]
}
