import { type MetricName, type MetricUnit, metricTable } from '../model/metric-table.js'
import type { MetricSeries, RunResult, Verdict } from '../model/result.js'
import type { Aggregate } from '../model/scenario.js'
import { parseThreshold } from './threshold-grammar.js'

/** How much a second result may differ from a first. */
export interface DifferenceLimit {
  readonly text: string
  readonly metric: MetricName
  readonly aggregate: Aggregate
  readonly operator: '<' | '<=' | '>' | '>=' | '=='
  /** In the metric's own unit, or in percent of the first value. */
  readonly amount: number
  readonly relative: boolean
}

export interface JudgedDifference {
  readonly limit: DifferenceLimit
  readonly before: number | null
  readonly after: number | null
  /** After less before, or that in percent of before; null: one of them is unknown, or a percentage of nothing. */
  readonly difference: number | null
  readonly verdict: Verdict
}

const form = /^(.*?)(<=|>=|==|<|>)\s*([+-]?)\s*(\d+(?:\.\d+)?)\s*(\S*)\s*$/

const nothingOf: Readonly<Record<MetricUnit, string>> = {
  ms: '0ms',
  s: '0s',
  '%': '0%',
  MOS: '0',
  '/s': '0/s',
  '': '0',
}

/**
 * Reads `METRIC [AGGREGATE] OPERATOR [+|-]VALUE[UNIT]`, about the second value less the first; gives what is wrong with
 * it. `%` is of the first value, but of metrics that are percentages themselves it is percentage points.
 */
export function parseDifference(text: string): DifferenceLimit | string {
  const match = form.exec(text)
  if (!match) return `"${text}" is not a difference: write it such as session.setup p95 <= +10%`
  const [, head = '', operator = '', sign = '', number = '', unit = ''] = match
  const name = head.trim().split(/\s+/)[0] ?? ''
  const own = Object.hasOwn(metricTable, name) ? metricTable[name as MetricName].unit : undefined
  const relative = unit === '%' && own !== undefined && own !== '%'
  const value = relative ? nothingOf[own] : `${number}${unit}`
  const parsed = parseThreshold(`${head}${operator} ${value}`)
  if ('fault' in parsed) return `"${text}": ${parsed.fault.text}`
  const whole = parsed.between === undefined && parsed.during === undefined && parsed.abortAfterMs === undefined
  if (!whole || Object.keys(parsed.where).length > 0) return `"${text}": a difference is one of whole runs`
  const amount = (relative ? Number(number) : parsed.wanted) * (sign === '-' ? -1 : 1)
  const { aggregate } = parsed
  return {
    text,
    metric: name as MetricName,
    aggregate,
    operator: operator as DifferenceLimit['operator'],
    amount,
    relative,
  }
}

/** A value of a whole run; null when it has none. */
export function figureOf(result: RunResult, metric: string, aggregate: Aggregate): number | null {
  const series = result.metrics.find(({ name, tags }) => name === metric && Object.keys(tags).length === 0)
  if (!series) return null
  return series.kind === 'histogram' ? ofHistogram(series, aggregate) : series.value
}

/** What a result holds of a histogram by name; other percentiles are not stored as figures. */
function ofHistogram(series: Extract<MetricSeries, { kind: 'histogram' }>, aggregate: Aggregate): number | null {
  const key = aggregate.replace('.', '')
  const value = (series as unknown as Readonly<Record<string, unknown>>)[key]
  return typeof value === 'number' ? value : null
}

const holds = (difference: number, { operator, amount }: DifferenceLimit): boolean => {
  switch (operator) {
    case '<':
      return difference < amount
    case '<=':
      return difference <= amount
    case '>':
      return difference > amount
    case '>=':
      return difference >= amount
    case '==':
      return difference === amount
  }
}

export function judgeDifference(limit: DifferenceLimit, first: RunResult, second: RunResult): JudgedDifference {
  const before = figureOf(first, limit.metric, limit.aggregate)
  const after = figureOf(second, limit.metric, limit.aggregate)
  const difference = differenceOf(before, after, limit.relative)
  const verdict = difference === null ? 'inconclusive' : holds(difference, limit) ? 'pass' : 'fail'
  return { limit, before, after, difference, verdict }
}

function differenceOf(before: number | null, after: number | null, relative: boolean): number | null {
  if (before === null || after === null) return null
  if (!relative) return after - before
  if (before === 0) return after === 0 ? 0 : null
  return ((after - before) / Math.abs(before)) * 100
}
