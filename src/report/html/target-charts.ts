import type { MetricSeries, RunResult } from '../../model/result.js'
import type { Chart } from './charts.js'

type Slice = RunResult['timeline']['slices'][number]

/** More lines in one chart tell nothing. */
const mostTargets = 8

/** A series of one target alone; a slice of the warm-up has it tagged so. */
const ofTarget = (slice: Slice, name: string, target: string): MetricSeries | undefined =>
  slice.metrics.find(
    ({ name: own, tags }) =>
      own === name && tags.target === target && Object.keys(tags).every((key) => key === 'target' || key === 'phase'),
  )

const colourOf = (index: number): 1 | 2 | 3 | 4 => ((index % 4) + 1) as 1 | 2 | 3 | 4

/** The course of a drill target by target: good calls, those that failed, and set-up. */
export function targetCharts(result: RunResult): Chart[] {
  const { slices } = result.timeline
  const targets = result.targets.map(({ name }) => name).slice(0, mostTargets)
  if (result.faults.length === 0 || targets.length < 2 || slices.length < 2) return []
  const chart = (title: string, unit: string, read: (slice: Slice, target: string) => number | null): Chart => ({
    title,
    unit,
    series: targets.map((label, index) => ({ label, colour: colourOf(index) })),
    data: [slices.map(({ from }) => from), ...targets.map((target) => slices.map((slice) => read(slice, target)))],
  })
  const rate = (slice: Slice, target: string, count: (hits: number, all: number) => number): number => {
    const series = ofTarget(slice, 'session.ser', target)
    return series?.kind === 'ratio' ? count(series.numerator, series.denominator) / (slice.to - slice.from) : 0
  }
  return [
    chart('Good calls by target', '/s', (slice, target) => rate(slice, target, (hits) => hits)),
    chart('Failed calls by target', '/s', (slice, target) => rate(slice, target, (hits, all) => all - hits)),
    chart('Set-up p95 by target', 'ms', (slice, target) => {
      const series = ofTarget(slice, 'session.setup', target)
      return series?.kind === 'histogram' ? series.p95 : null
    }),
  ]
}
