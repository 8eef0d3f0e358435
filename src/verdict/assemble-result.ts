import type { MeasureSource } from '../metrics/measure.js'
import type { Snapshot } from '../metrics/snapshot.js'
import { type GeneratorHealth, type ResultEnvironment, type RunResult, resultSchema } from '../model/result.js'
import type { Scenario } from '../model/scenario.js'
import { judge } from './judge.js'
import { decideVerdict } from './verdict.js'

/** What a run has left behind, before it is judged. */
export interface RunParts {
  readonly scenario: Pick<Scenario, 'name' | 'file' | 'sha256' | 'inputs' | 'thresholds'>
  readonly environment: ResultEnvironment
  readonly snapshot: Snapshot
  /** Answers the thresholds. */
  readonly source: MeasureSource
  readonly agents: RunResult['agents']
  /** Named targets with the addresses they were reached at; what they received is counted in the snapshot. */
  readonly targets: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  readonly generator: GeneratorHealth
  readonly samples: RunResult['samples']
  readonly mediaModels: RunResult['media']['models']
  readonly faults?: RunResult['faults']
  readonly findings?: RunResult['findings']
  readonly coverage?: RunResult['coverage']
  readonly interruption?: string | undefined
  readonly unproven?: string | undefined
  readonly earlyEnd?: string | undefined
}

/** Something was tried outside the warm-up. */
export function wasExercised(snapshot: Snapshot, coverage?: RunResult['coverage']): boolean {
  const registrations = snapshot.metrics.find(
    (series) => series.name === 'registration.ira' && Object.keys(series.tags).length === 0,
  )
  const attempted = registrations?.kind === 'ratio' ? registrations.denominator : 0
  return snapshot.calls.attempted > 0 || attempted > 0 || (coverage?.rules.exercised ?? 0) > 0
}

function countTargets(parts: RunParts): RunResult['targets'] {
  const named = new Map(parts.targets.map(({ name, addresses }) => [name, addresses]))
  for (const name of Object.keys(parts.snapshot.targets)) if (!named.has(name)) named.set(name, [])
  return [...named].map(([name, addresses]) => {
    const tally = parts.snapshot.targets[name]
    const { calls = 0, failures = 0, outage } = tally ?? {}
    const downFrom = outage === undefined ? null : sinceLoad(outage.fromMs)
    const downTo = outage?.toMs === undefined ? null : sinceLoad(outage.toMs)
    return { name, addresses, calls, failures, downFrom, downTo }
  })
}

/** In seconds; what was so before load is so from its start. */
const sinceLoad = (atMs: number): number => Math.max(0, Math.round(atMs)) / 1000

/** Judges a run and lays its parts out as the public result. */
export function assembleResult(parts: RunParts): RunResult {
  const { scenario, environment, snapshot, agents, generator, samples } = parts
  const findings = [...snapshot.findings, ...(parts.findings ?? [])]
  const coverage = parts.coverage ?? { rules: { testable: 0, implemented: 0, exercised: 0 } }
  const checks = judge(scenario.thresholds, parts.source)
  const { verdict, reasons } = decideVerdict({
    checks,
    findings,
    exercised: wasExercised(snapshot, coverage),
    saturation: generator.saturated ? generator.reasons : [],
    interruption: parts.interruption,
    unproven: parts.unproven,
    earlyEnd: parts.earlyEnd,
  })
  return {
    schema: resultSchema,
    verdict,
    reasons,
    scenario: { name: scenario.name, file: scenario.file, sha256: scenario.sha256, inputs: scenario.inputs },
    environment,
    checks,
    metrics: snapshot.metrics,
    calls: snapshot.calls,
    agents,
    targets: countTargets(parts),
    media: { ...snapshot.media, models: parts.mediaModels },
    faults: parts.faults ?? [],
    findings,
    coverage,
    samples,
    generator,
    timeline: snapshot.timeline,
  }
}
