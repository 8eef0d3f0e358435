import { availableParallelism } from 'node:os'
import { SiploadgenError } from '../../base/errors.js'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import { wholeRun } from '../../load/shard.js'
import { chooseShards } from '../../load/shard-choice.js'
import { readyHistograms } from '../../metrics/histogram.js'
import type { RunResult } from '../../model/result.js'
import type { Scenario } from '../../model/scenario.js'
import { openRunFolder, type RunFolder, reportsFolder } from '../../report/result-file.js'
import { loadScenario } from '../../scenario/load-scenario.js'
import { TargetGuard } from '../../transport/guard.js'
import { AbortWatch } from '../../verdict/abort-watch.js'
import { assembleResult } from '../../verdict/assemble-result.js'
import { exitCodeOf } from '../../verdict/verdict.js'
import { collectForSteadyLoad } from '../garbage-collection.js'
import { liveOutput, startLive } from '../live.js'
import { checkExpectations } from '../run/check-expectations.js'
import { faultResults } from '../run/fault-results.js'
import { startGateways, stopGateways } from '../run/gateways.js'
import { Interruption } from '../run/interruption.js'
import { openRun } from '../run/open-run.js'
import { Progress } from '../run/progress.js'
import { Recordings } from '../run/recordings.js'
import { type FinishedRun, RepeatedRuns } from '../run/repeated-runs.js'
import { drillLimits, partOf, refuseSilence, resultParts, unfinished } from '../run/result-parts.js'
import { RunDrill } from '../run/run-drill.js'
import { RunLog } from '../run/run-log.js'
import { captureFileName, RunTraffic } from '../run/run-traffic.js'
import type { ScenarioRun } from '../run/scenario-run.js'
import type { RunOptions, Setting } from '../run/setting.js'
import { drillExits, readyDrill } from '../run/told-drill.js'
import { Watch } from '../run/watch.js'
import { checkFormats, writeReports } from '../run/write-reports.js'
import { ShardedRun } from '../shards/sharded-run.js'
import { version } from '../version.js'
import type { CommandOutput } from './validate.js'

/** `siploadgen run`: from a scenario file to its verdict. */
export async function runCommand(file: string, options: RunOptions, output: CommandOutput): Promise<number> {
  collectForSteadyLoad()
  checkFormats(options.formats)
  const scenario = loadScenario(file, {
    set: options.set,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  await checkExpectations(scenario)
  await readyHistograms()
  const interruption = new Interruption().listen()
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

/** How many processes are to make the load; undefined: this one. What was not asked for is said. */
function shardsOf({ scenario, options, output }: Setting): number | undefined {
  const { shards, note } = chooseShards(scenario, options.shards, availableParallelism())
  if (note !== undefined && !options.quiet) output.err(`${note}\n`)
  return shards
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
    const setting = { scenario, gateways, ...drill?.seen, drill, guard, interruption, options, output }
    const shards = shardsOf(setting)
    return await (shards === undefined ? perform(setting) : ShardedRun.perform(setting, shards))
  } finally {
    // A second Ctrl-C still finds its listener, and with it the last undo.
    await drill?.close()
    await stopGateways(gateways)
  }
}

async function perform(setting: Setting): Promise<FinishedRun> {
  const { scenario, gateways, drill, guard, interruption, options, output } = setting
  const startedAt = new Date()
  const log = new RunLog(options.logLevel, output.err)
  const opened = openRun({ scenario, shard: wholeRun, guard, gateways, interruption, log })
  const { run, recorder, self } = opened
  const watch = new Watch(run, recorder, self, new AbortWatch(scenario.thresholds, recorder), interruption)
  const endLive = options.quiet ? undefined : startLive(watch, liveOutput(options.logLevel))
  const openFolder = (): RunFolder =>
    openRunFolder({ outFolder: options.out, reportsFolder, startedAt, scenarioName: scenario.name })
  let folder: RunFolder | undefined
  let traffic: RunTraffic | undefined
  try {
    if (scenario.capture) folder = openFolder()
    traffic = RunTraffic.open(scenario, folder?.path, `siploadgen/${version}`)
    if (traffic) run.capture(traffic)
    watch.start()
    await readyDrill(setting, run.clock, (event) => recorder.fault(event))
    await run.prepare()
    const place = folder ?? openFolder()
    folder = place
    drill?.logInto(place.path)
    let judged: JudgedTraffic | undefined
    const result = (timeline: 'slices' | 'points', recordings: Recordings | undefined): RunResult => {
      const part = partOf(opened, timeline)
      const { faults, faultFigures } = part.snapshot
      const context = {
        scenario,
        shards: 1,
        startedAt,
        source: recorder,
        samples: run.samples.samples((record) => recordings?.fileOf(record) ?? null),
        faults: faultResults(faults, faultFigures, run.driver.startMs, run.clock.nowMs()),
        interruption: interruption.reason,
        earlyEnd: watch.earlyEnd,
        problems: drill?.problems ?? [],
        judged,
      }
      return assembleResult(resultParts(part, context))
    }
    watch.beginLoad(new Progress(() => place.writeProgress(() => unfinished(result('points', undefined)))))
    await loadThrough(run, drill)
    watch.endLoad()
    recorder.drill.settle(drillLimits(run), recorder)
    judged = await traffic?.judged(recorder)
    const before = result('slices', scenario.record && new Recordings(scenario.record, place))
    await run.end()
    const captured = await traffic?.close()
    place.writeResult(before)
    if (!interruption.stopped) refuseSilence(run.observation.heard, before)
    watch.stop()
    endLive?.()
    if (captured !== undefined && !options.quiet) output.err(`${place.path}/${captureFileName}: ${captured}\n`)
    return { folder: place, result: before, exit: exitCodeOf(before.verdict, drillExits(setting)) }
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

/** Faults have their times from the start of load, and none outlasts it. */
async function loadThrough(run: ScenarioRun, drill: RunDrill | undefined): Promise<void> {
  const over = run.load()
  if (run.driver.state !== 'idle') drill?.start(run.driver.startMs)
  await over
  await drill?.end()
}
