import type { SampleSteps } from '../../model/call-sample.js'
import { figure } from '../figures.js'
import { esc } from './markup.js'

const width = 860
const left = 74
const right = 76
const laneHeight = 40
const laneGap = 10
const axisHeight = 20

/** One lane of the plot: a line for a value that goes on, bars for what a step holds. */
interface Lane {
  readonly title: string
  readonly unit: string
  readonly kind: 'line' | 'bars'
  readonly series: 1 | 2 | 3 | 4
  readonly values: readonly (number | null)[]
  /** Range that is shown at least. */
  readonly low: number
  readonly high: number
}

const sum = (one: readonly number[], two: readonly number[]): number[] =>
  one.map((value, step) => Math.max(0, value + (two[step] ?? 0)))

/** Lost and late packets are one lane: both are missing to the ear. */
function lanesOf(steps: SampleSteps): Lane[] {
  const missing = sum(steps.lost, steps.discarded)
  const share = missing.map((count, step) => (100 * count) / Math.max(1, steps.expected[step] ?? 0))
  return [
    { title: 'MOS', unit: '', kind: 'line', series: 1, values: steps.mos, low: 1, high: 4.5 },
    { title: 'missing', unit: ' %', kind: 'bars', series: 3, values: share, low: 0, high: 10 },
    { title: 'jitter', unit: ' ms', kind: 'line', series: 2, values: steps.jitterMs, low: 0, high: 10 },
    { title: 'gap', unit: ' ms', kind: 'bars', series: 4, values: steps.longestGapMs, low: 0, high: 40 },
  ]
}

/** A received stream step by step, in lanes over one axis of time. Readable without script and when printed. */
export function streamPlot(steps: SampleSteps): string {
  const lanes = lanesOf(steps)
  const count = steps.expected.length
  const height = lanes.length * (laneHeight + laneGap) + axisHeight
  const stepWidth = (width - left - right) / Math.max(1, count)
  const drawn = lanes.map((lane, row) => drawLane(lane, row * (laneHeight + laneGap), stepWidth))
  return [
    `<div class="scroll"><svg class="lanes" role="img" aria-label="The stream over time" width="${width}" `,
    `height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...drawn,
    timeAxis(steps, height, stepWidth),
    '</svg></div>',
  ].join('')
}

function drawLane(lane: Lane, top: number, stepWidth: number): string {
  const known = lane.values.filter((value) => value !== null)
  const high = Math.max(lane.high, ...known)
  const bottom = top + laneHeight
  const y = (value: number): number => round(bottom - ((value - lane.low) / (high - lane.low)) * laneHeight)
  const content = lane.kind === 'line' ? linePath(lane, y, stepWidth) : bars(lane, y, bottom, stepWidth)
  const worst = lane.title === 'MOS' ? Math.min(...known) : Math.max(...known)
  const worstText = known.length === 0 ? '–' : `${figure(worst)}${lane.unit}`
  return [
    `<line class="lane" x1="${left}" y1="${bottom}" x2="${width - right}" y2="${bottom}"/>`,
    `<text x="${left - 10}" y="${bottom - 4}" text-anchor="end">${esc(lane.title)}</text>`,
    `<text class="time" x="${left - 10}" y="${top + 10}" text-anchor="end">${figure(high)}${esc(lane.unit)}</text>`,
    `<text class="value" x="${width - right + 8}" y="${bottom - 4}">${esc(worstText)}</text>`,
    content,
  ].join('')
}

/** A level a step, broken where nothing is known. */
function linePath({ values, series }: Lane, y: (value: number) => number, stepWidth: number): string {
  let path = ''
  let isDown = false
  for (const [step, value] of values.entries()) {
    if (value !== null) {
      const [from, to] = [round(left + step * stepWidth), round(left + (step + 1) * stepWidth)]
      path += `${isDown ? 'L' : 'M'}${from} ${y(value)}H${to}`
    }
    isDown = value !== null
  }
  return path === '' ? '' : `<path class="line series-${series}" d="${path}"/>`
}

function bars({ values, series }: Lane, y: (value: number) => number, bottom: number, stepWidth: number): string {
  const barWidth = round(Math.max(1, stepWidth - Math.min(2, stepWidth / 4)))
  return values
    .map((value, step) => {
      if (value === null || value <= 0) return ''
      const top = Math.min(y(value), bottom - 1)
      const x = round(left + step * stepWidth)
      return `<rect class="bar series-${series}" x="${x}" y="${top}" width="${barWidth}" height="${round(bottom - top)}"/>`
    })
    .join('')
}

function timeAxis({ fromMs, stepMs, expected }: SampleSteps, height: number, stepWidth: number): string {
  const every = Math.max(1, Math.ceil(expected.length / 8))
  const marks = expected.flatMap((_, step) => (step % every === 0 ? [step] : []))
  return marks
    .map((step) => {
      const x = round(left + step * stepWidth)
      const seconds = (fromMs + step * stepMs) / 1000
      return `<text class="time" x="${x}" y="${height - 6}">${seconds.toFixed(seconds < 10 ? 1 : 0)} s</text>`
    })
    .join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
