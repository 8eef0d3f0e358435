import type { MetricSeries, RunResult } from '../model/result.js'
import { figure, hasData } from './figures.js'

/** The figures that are laid side by side: of each delay its median and its 95th percentile, of others the value. */
function figuresOf(result: RunResult): Map<string, { readonly value: number | null; readonly unit: string }> {
  const whole = result.metrics.filter((series) => Object.keys(series.tags).length === 0 && hasData(series))
  return new Map(whole.flatMap(rowsOf))
}

function rowsOf(series: MetricSeries): [string, { value: number | null; unit: string }][] {
  const { name, unit } = series
  if (series.kind !== 'histogram') return [[name, { value: series.value, unit }]]
  return [
    [`${name} p50`, { value: series.p50, unit }],
    [`${name} p95`, { value: series.p95, unit }],
  ]
}

const change = (before: number | null, after: number | null): string => {
  if (before === null || after === null || before === after) return ''
  const percent =
    before === 0 ? '' : ` (${after > before ? '+' : ''}${(((after - before) / Math.abs(before)) * 100).toFixed(1)} %)`
  return `${after > before ? '+' : ''}${figure(after - before)}${percent}`
}

/** Two results side by side: name, first, second, second less first. Nothing of it is judged. */
export function comparisonRows(first: RunResult, second: RunResult): string[][] {
  const [before, after] = [figuresOf(first), figuresOf(second)]
  const calls = (['attempted', 'established', 'completed', 'failed'] as const).map((name) => [
    `calls ${name}`,
    String(first.calls[name]),
    String(second.calls[name]),
    change(first.calls[name], second.calls[name]),
  ])
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const metrics = names.map((name) => {
    const [a, b] = [before.get(name), after.get(name)]
    const unit = a?.unit ?? b?.unit ?? ''
    return [name, figure(a?.value, unit), figure(b?.value, unit), change(a?.value ?? null, b?.value ?? null)]
  })
  return [['verdict', first.verdict, second.verdict, ''], ...calls, ...metrics]
}
