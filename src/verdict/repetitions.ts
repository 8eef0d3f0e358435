import type { FaultResult } from '../model/fault-result.js'
import { unitOfFigure } from '../model/metric-table.js'
import type { RepeatSettings, Repetition, Repetitions, Spread } from '../model/repetition.js'
import type { MetricSeries, RunResult, Verdict } from '../model/result.js'

/** One run of several, with the folder of its files within that of the whole. */
export interface RepeatedRun {
  readonly folder: string
  readonly result: RunResult
}

/** What decides for the whole comes first: the order of exit codes. */
const worstFirst: readonly Verdict[] = ['inconclusive', 'fail', 'pass']

/**
 * One result of several runs of one scenario. It is that of the first run with the worst verdict, with every run and the
 * spread of all figures beside it; `interruption` says why not all were made.
 */
export function joinRepetitions(
  runs: readonly [RepeatedRun, ...RepeatedRun[]],
  { times, restMs }: RepeatSettings,
  interruption?: string,
): RunResult {
  const worst = worstFirst.find((verdict) => runs.some(({ result }) => result.verdict === verdict)) ?? 'pass'
  const shown = runs.find(({ result }) => result.verdict === worst) ?? runs[0]
  const isShort = runs.length < times
  const missing = `${runs.length} of ${times} repetitions were made`
  const reasons = runs.flatMap(({ result }, n) =>
    result.reasons.map((reason) => `repetition ${n + 1} of ${times}: ${reason}`),
  )
  const repetitions: Repetitions = {
    rest: restMs / 1000,
    planned: times,
    runs: runs.map(repetitionOf),
    spread: spreadOf(runs.map(({ result }) => result)),
  }
  return {
    ...shown.result,
    verdict: isShort ? 'inconclusive' : worst,
    reasons: isShort ? [interruption === undefined ? missing : `${interruption}: ${missing}`, ...reasons] : reasons,
    samples: shown.result.samples.map((sample) =>
      sample.recording === null ? sample : { ...sample, recording: `${shown.folder}/${sample.recording}` },
    ),
    repetitions,
  }
}

const repetitionOf = ({ folder, result }: RepeatedRun): Repetition => ({
  folder,
  verdict: result.verdict,
  reasons: result.reasons,
  calls: {
    attempted: result.calls.attempted,
    established: result.calls.established,
    failed: result.calls.failed,
  },
  checks: result.checks.map(({ title, verdict, measured }) => ({ title, verdict, measured })),
})

interface Figure {
  readonly fault?: string
  readonly name: string
  readonly unit: string
  readonly value: number | null
}

/** Every figure that any of the runs has, in the order of the first that has it: those of faults, then of whole runs. */
function spreadOf(results: readonly RunResult[]): Spread[] {
  const all = results.map((result) => {
    const figures = [...result.faults.flatMap(figuresOfFault), ...result.metrics.flatMap(figuresOfSeries)]
    return new Map(numbered(figures))
  })
  const keys = new Map(all.flatMap((figures) => [...figures]))
  return [...keys].flatMap(([key, { fault, name, unit }]) => {
    const values = all.map((figures) => figures.get(key)?.value ?? null)
    const known = values.filter((value) => value !== null).sort((a, b) => a - b)
    if (known.length === 0) return []
    const [min, median, max] = [known[0], known[(known.length - 1) >> 1], known[known.length - 1]].map((v) => v ?? null)
    return [{ ...(fault === undefined ? {} : { fault }), name, unit, values, min, median, max } as Spread]
  })
}

/** Two faults may have one name: the figures of the second are those that come second. */
function numbered(figures: readonly Figure[]): [string, Figure][] {
  const seen = new Map<string, number>()
  return figures.map((figure) => {
    const key = `${figure.fault ?? ''}\n${figure.name}`
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return [`${key}\n${times}`, figure]
  })
}

const fates = ['inProgress', 'kept', 'recovered', 'lost', 'zombie', 'dropped'] as const

function figuresOfFault({ name: fault, measures, outcome }: FaultResult): Figure[] {
  const counts = fates.flatMap((fate): Figure[] => {
    const value = outcome?.calls[fate]
    return value === undefined ? [] : [{ fault, name: `calls ${words[fate]}`, unit: '', value }]
  })
  const measured = Object.entries(measures).map(([name, value]) => ({ fault, name, unit: unitOfFigure(name), value }))
  return [...counts, ...measured]
}

const words: Readonly<Record<(typeof fates)[number], string>> = {
  inProgress: 'in progress',
  kept: 'kept',
  recovered: 'recovered',
  lost: 'lost',
  zombie: 'zombie',
  dropped: 'dropped',
}

/** Of the run as a whole; what belongs to faults is told by them. */
function figuresOfSeries(series: MetricSeries): Figure[] {
  const { name, tags, unit } = series
  if (Object.keys(tags).length > 0 || name.startsWith('failover.')) return []
  return series.kind === 'histogram'
    ? [{ name: `${name} p95`, unit, value: series.p95 }]
    : [{ name, unit, value: series.value }]
}
