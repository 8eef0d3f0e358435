import type { FateCounts, FaultOutcome, WorstCall } from '../../model/fault-result.js'
import type { MetricName } from '../../model/metric-table.js'
import { type Fate, fates, type JudgedCall } from './fate.js'
import { attemptsUntilRecovery, type FaultView, groupsOf, isBad, isDelayed, viewOfGroup } from './fault-view.js'
import { measures } from './measures/registry.js'

/** Where the figures of a fault go; tags name the fault and the group. */
export interface FigureSink {
  observe(name: MetricName, tags: FigureTags, value: number, atMs: number): void
  ratio(name: MetricName, tags: FigureTags, numerator: number, denominator: number, atMs: number): void
  count(name: MetricName, tags: FigureTags, by: number, atMs: number): void
  gauge(name: MetricName, tags: FigureTags, value: number): void
}

export interface FigureTags {
  readonly fault: string
  readonly agent?: string
}

/** Hands every figure of a fault on; a fault's figures belong to the moment at which it began. */
export function giveFigures(view: FaultView, sink: FigureSink): void {
  const { atMs } = view
  const fault = view.fault.name
  const groups = groupsOf(view).map((group) => ({ tags: { fault, agent: group }, own: viewOfGroup(view, group) }))
  for (const measure of measures) {
    const { name } = measure
    if (measure.per === 'fault') {
      if (measure.kind === 'gauge') {
        const value = measure.value(view)
        if (value !== undefined) sink.gauge(name, { fault }, value)
      } else {
        for (const value of measure.values(view)) sink.observe(name, { fault }, value, atMs)
      }
      continue
    }
    for (const { tags, own } of groups) {
      if (measure.kind === 'histogram') for (const value of measure.values(own)) sink.observe(name, tags, value, atMs)
      else if (measure.kind === 'counter') sink.count(name, tags, measure.count(own), atMs)
      else {
        const { numerator, denominator } = measure.ratio(own)
        if (denominator > 0) sink.ratio(name, tags, numerator, denominator, atMs)
      }
    }
  }
}

/**
 * The figures of one fault: of a histogram its largest value under the name of the metric, and its median and p95 where
 * there are several values; null where the fault exercised nothing.
 */
export function measuresOf(view: FaultView): Record<string, number | null> {
  const figures: Record<string, number | null> = {}
  for (const measure of measures) {
    const { name } = measure
    if (measure.kind === 'histogram') {
      const values = measure.values(view)
      figures[name] = values.length === 0 ? null : rounded(Math.max(...values))
      if (measure.per === 'group' && values.length > 1) {
        figures[`${name} p50`] = rounded(percentile(values, 50))
        figures[`${name} p95`] = rounded(percentile(values, 95))
      }
    } else if (measure.kind === 'ratio') {
      const { numerator, denominator } = measure.ratio(view)
      figures[name] = denominator === 0 ? null : rounded((numerator / denominator) * 100)
    } else figures[name] = (measure.kind === 'gauge' ? measure.value(view) : measure.count(view)) ?? null
  }
  return figures
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

/** Nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
}

/** So many calls are named. */
const mostWorst = 10
const badness: readonly Fate[] = ['dropped', 'zombie', 'lost', 'recovered', 'kept']

/** What became of calls, for people: counts of each fate, of new calls, and the worst. */
export function outcomeOf(view: FaultView): FaultOutcome {
  const count = (fate: Fate): number => view.inProgress.filter((judged) => judged.fate === fate).length
  const counts = Object.fromEntries(fates.map((fate) => [fate, count(fate)])) as Record<Fate, number>
  const until = attemptsUntilRecovery(view)
  return {
    calls: { inProgress: view.inProgress.length, ...counts } satisfies FateCounts,
    endings: endingsOf(view.inProgress),
    newCalls: {
      attempted: until.length,
      failed: until.filter(isBad).length,
      delayed: until.filter((call) => isDelayed(call, view.usualSetupMs)).length,
    },
    recoveredAfter: view.recoveredMs === undefined ? null : Math.round(view.recoveredMs - view.atMs) / 1000,
    worst: worstOf(view.inProgress),
  }
}

/** How the calls ended that were dropped. */
function endingsOf(inProgress: readonly JudgedCall[]): Record<string, number> {
  const endings: Record<string, number> = {}
  for (const { call, fate } of inProgress)
    if (fate === 'dropped') endings[call.outcome] = (endings[call.outcome] ?? 0) + 1
  return endings
}

function worstOf(inProgress: readonly JudgedCall[]): WorstCall[] {
  const longest = ({ gapsMs }: JudgedCall): number => Math.max(0, ...gapsMs)
  return inProgress
    .filter(({ fate }) => fate !== 'kept')
    .sort((a, b) => badness.indexOf(a.fate) - badness.indexOf(b.fate) || longest(b) - longest(a))
    .slice(0, mostWorst)
    .map((judged) => ({ call: judged.call.number, fate: judged.fate, gapMs: Math.round(longest(judged)) }))
}
