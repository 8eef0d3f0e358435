import { Recorder } from '../../metrics/recorder.js'
import { judgedScheduleLagMs } from '../../metrics/saturation.js'
import { SelfObservation } from '../../metrics/self-observation.js'
import { version } from '../version.js'
import { ScenarioRun, type ScenarioRunOptions } from './scenario-run.js'

/** A run, or a shard of one, with what measures it and its process. */
export interface OpenRun {
  readonly run: ScenarioRun
  readonly recorder: Recorder
  readonly self: SelfObservation
}

export function openRun(options: Omit<ScenarioRunOptions, 'recorder' | 'version'>): OpenRun {
  const { scenario } = options
  const recorder = new Recorder({
    warmupMs: scenario.warmupMs,
    questions: scenario.thresholds,
    hearing: scenario.hearing,
    drill: scenario.faults.length > 0,
  })
  const run = new ScenarioRun({ ...options, recorder, version })
  const self = new SelfObservation({
    scheduleLagJudgedMs: () => judgedScheduleLagMs(recorder),
    scheduleLagP99Ms: () =>
      recorder.measure({ metric: 'schedule.lag', aggregate: 'p99', where: {}, between: undefined }).value ?? undefined,
    sendLatenessP99Ms: () => run.media?.sendLag.percentileMs(99),
    malformed: () => ({ ...run.stack.malformed.byKind, ...run.media?.counters.malformed }),
  })
  return { run, recorder, self }
}
