import type { Measurement } from '../metrics/measure.js'
import type { Threshold } from '../model/scenario.js'

/** A number without noise: at most four decimals, so that what missed a limit never looks like the limit. */
const plain = (value: number): string => String(Math.round(value * 1e4) / 1e4)

const withUnit = (value: number, unit: string): string => (unit === '' ? plain(value) : `${plain(value)} ${unit}`)

/** `< 250 ms`, with what narrows it. */
export function wantedText(threshold: Threshold): string {
  const parts = [`${threshold.operator} ${withUnit(threshold.wanted, threshold.unit)}`]
  const where = Object.entries(threshold.where).map(([key, value]) => `${key} = ${value}`)
  if (where.length > 0) parts.push(`where ${where.join(' and ')}`)
  if (threshold.between !== undefined) {
    parts.push(`between ${plain(threshold.between.fromMs / 1000)} s and ${plain(threshold.between.toMs / 1000)} s`)
  }
  return parts.join(' ')
}

/** `183.2 ms (p95 of 1000)`, `84.2105 % (80 of 95)`. */
export function measuredText(threshold: Threshold, measurement: Measurement): string {
  const { value, kind, samples, hits } = measurement
  if (value === null) return 'no data'
  if (threshold.aggregate === 'count') return plain(value)
  const figure = withUnit(value, threshold.unit)
  if (kind === 'histogram') {
    return `${figure} (${threshold.aggregate === 'value' ? 'max' : threshold.aggregate} of ${samples})`
  }
  return kind === 'ratio' ? `${figure} (${plain(hits)} of ${plain(samples)})` : figure
}
