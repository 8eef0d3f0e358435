import type { HistogramSeries, MetricSeries, RunResult, Verdict } from '../model/result.js'

/** A number for people: three significant digits, more when it is large, and a dash for undefined. */
export function figure(value: number | null | undefined, unit = ''): string {
  if (value === null || value === undefined) return '–'
  const text = significant(value)
  return unit === '' ? text : `${text} ${unit}`
}

function significant(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : 3
  return String(Number(value.toFixed(digits)))
}

/** Percentages keep four decimals: 99.9999 is not 100. */
export const percent = (value: number | null): string =>
  value === null ? '–' : `${String(Math.round(value * 1e4) / 1e4)} %`

/** `1 min 30 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${Math.round(seconds * 10) / 10} s`
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = whole % 60
  return [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : '', rest > 0 ? `${rest} s` : '']
    .filter((part) => part !== '')
    .join(' ')
}

export const verdictWord: Readonly<Record<Verdict, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
}

/** The whole run: the untagged series, which had something recorded. */
export function wholeRun(result: RunResult): MetricSeries[] {
  return result.metrics.filter((series) => Object.keys(series.tags).length === 0 && hasData(series))
}

export const hasData = (series: MetricSeries): boolean =>
  series.kind === 'histogram' ? series.count > 0 : series.value !== null

export const histograms = (series: readonly MetricSeries[]): HistogramSeries[] =>
  series.filter((each) => each.kind === 'histogram')

export interface FailureCause {
  readonly cause: string
  readonly calls: number
}

/** Failed calls, the most frequent cause first. */
export function failureCauses(result: RunResult): FailureCause[] {
  const causes = Object.entries(result.calls.failures).map(([cause, calls]) => ({ cause, calls }))
  return causes.sort((a, b) => b.calls - a.calls)
}

/** Calls that were meant to start in the warm-up. */
export function warmupCalls(result: RunResult): number {
  const series = result.metrics.find((each) => each.name === 'session.scr' && each.tags.phase === 'warmup')
  return series?.kind === 'ratio' ? series.denominator : 0
}
