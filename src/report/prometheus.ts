import type { MetricSeries } from '../model/result.js'
import type { Reporter } from './reporter.js'

const metricName = (name: string): string => `siploadgen_${name.replace(/[^a-zA-Z0-9]/g, '_')}`

const unitName: Readonly<Record<string, string>> = { ms: '_seconds', s: '_seconds', '%': '_ratio' }
/** Prometheus knows base units only. */
const scale: Readonly<Record<string, number>> = { ms: 1e-3, '%': 1e-2 }

const quoted = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

function labels(series: MetricSeries, more: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries({ ...series.tags, ...more }).map(([key, value]) => `${key}="${quoted(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Nine digits: a product such as 0.1 * 3 would otherwise show its rounding. */
const number = (value: number): string => String(Number(value.toPrecision(9)))

function samples(series: MetricSeries, name: string): string[] {
  const factor = scale[series.unit] ?? 1
  if (series.kind !== 'histogram') {
    return series.value === null ? [] : [`${name}${labels(series)} ${number(series.value * factor)}`]
  }
  const quantiles = {
    '0.5': series.p50,
    '0.9': series.p90,
    '0.95': series.p95,
    '0.99': series.p99,
    '0.999': series.p999,
  }
  const lines = Object.entries(quantiles).flatMap(([quantile, value]) =>
    value === null ? [] : [`${name}${labels(series, { quantile })} ${number(value * factor)}`],
  )
  const sum = (series.mean ?? 0) * series.count * factor
  return [...lines, `${name}_sum${labels(series)} ${number(sum)}`, `${name}_count${labels(series)} ${series.count}`]
}

/** The text exposition format, for a push gateway or the textfile collector. */
export const prometheus: Reporter = {
  name: 'prometheus',
  help: 'Prometheus text exposition: summaries, gauges and counters with tags as labels',
  extension: 'prom',
  file: 'metrics.prom',
  render(result) {
    const families = new Map<string, MetricSeries[]>()
    for (const series of result.metrics) {
      const family = families.get(series.name)
      if (family === undefined) families.set(series.name, [series])
      else family.push(series)
    }
    const lines = [...families].flatMap(([metric, family]) => {
      const first = family[0]
      if (first === undefined) return []
      const suffix = first.kind === 'counter' ? '_total' : (unitName[first.unit] ?? '')
      const name = `${metricName(metric)}${suffix}`
      const type = first.kind === 'histogram' ? 'summary' : first.kind === 'counter' ? 'counter' : 'gauge'
      const values = family.flatMap((series) => samples(series, name))
      return values.length === 0 ? [] : [`# TYPE ${name} ${type}`, ...values]
    })
    return `${lines.join('\n')}\n`
  },
}
