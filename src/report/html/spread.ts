import type { HistogramSeries } from '../../model/result.js'
import { figure } from '../figures.js'
import { esc } from './markup.js'

const width = 500
const left = 112
const right = 62
const rowHeight = 34
const axisHeight = 24

interface Axis {
  readonly low: number
  readonly high: number
  readonly unit: string
}

/** The range of several series on steps that people count in. */
export function axisOf(series: readonly HistogramSeries[], unit: string): Axis {
  const high = Math.max(...series.map(({ max }) => max ?? 0), 0)
  const step = 10 ** Math.floor(Math.log10(Math.max(high, 1)))
  return { low: 0, high: Math.max(1, Math.ceil(high / step) * step), unit }
}

export const scoreAxis: Axis = { low: 1, high: 5, unit: 'MOS' }

/**
 * How the values of each series spread: a thin line from the least to the most, a bar from the 5th to the 95th
 * percentile, a mark at the median. An image of text: readable without script and when printed.
 */
export function spreadSvg(
  series: readonly HistogramSeries[],
  name: (series: HistogramSeries) => string,
  axis: Axis,
): string {
  if (series.length === 0) return ''
  const height = series.length * rowHeight + axisHeight
  const place = (value: number): number => {
    const share = (Math.min(axis.high, Math.max(axis.low, value)) - axis.low) / (axis.high - axis.low)
    return round(left + share * (width - left - right))
  }
  const bottom = series.length * rowHeight
  const ticks = Array.from({ length: 5 }, (_, i) => axis.low + ((axis.high - axis.low) * i) / 4).map((tick) => {
    const x = place(tick)
    const line = `<line class="lane" x1="${x}" y1="0" x2="${x}" y2="${bottom}"/>`
    return `${line}<text class="time" x="${x}" y="${bottom + 17}" text-anchor="middle">${figure(tick)}</text>`
  })
  const rows = series.map((each, row) => spreadRow(each, name(each), row * rowHeight + rowHeight / 2, place, axis))
  return [
    `<div class="scroll"><svg class="spread" role="img" aria-label="Spread of values" width="${width}" height="${height}" `,
    `viewBox="0 0 ${width} ${height}">`,
    ...ticks,
    ...rows,
    '</svg></div>',
  ].join('')
}

function spreadRow(
  series: HistogramSeries,
  name: string,
  y: number,
  place: (value: number) => number,
  { unit }: Axis,
): string {
  const { min, p5, p50, p95, max, count } = series
  if (min === null || p5 === null || p50 === null || p95 === null || max === null) return ''
  const [from, to] = [place(p5), place(p95)]
  const title = `${name}: least ${figure(min)}, 5 % ${figure(p5)}, median ${figure(p50)}, 95 % ${figure(p95)}, most ${figure(max)} ${unit}, of ${count}`
  return [
    `<g><title>${esc(title)}</title>`,
    `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${esc(name)}</text>`,
    `<line class="reach" x1="${place(min)}" y1="${y}" x2="${place(max)}" y2="${y}"/>`,
    `<rect class="bulk" x="${from}" y="${y - 7}" width="${round(Math.max(3, to - from))}" height="14" rx="3"/>`,
    `<line class="median" x1="${place(p50)}" y1="${y - 11}" x2="${place(p50)}" y2="${y + 11}"/>`,
    `<text class="value" x="${width - right + 12}" y="${y + 4}">${figure(p50)}</text>`,
    '</g>',
  ].join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
