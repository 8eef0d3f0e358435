import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { MetricSeries, RunResult } from '../../model/result.js'
import { thinPoints } from '../cap-result.js'
import { figure } from '../figures.js'
import { scales } from '../quality.js'
import { chartScript } from './chart-script.js'
import { details, esc, scriptJson, table } from './markup.js'
import { targetCharts } from './target-charts.js'

type Row = readonly (number | null)[]

/** One chart: the first row of `data` is the time in seconds, the others the series. */
export interface Chart {
  readonly title: string
  readonly unit: string
  readonly series: readonly { readonly label: string; readonly colour: 1 | 2 | 3 | 4 }[]
  readonly data: readonly Row[]
}

type Slice = RunResult['timeline']['slices'][number]

/** The series of a slice over all tags; a slice of the warm-up has it tagged so. */
const inSlice = (slice: Slice, name: string): MetricSeries | undefined =>
  slice.metrics.find(({ name: own, tags }) => own === name && Object.keys(tags).every((key) => key === 'phase'))

interface Curve {
  readonly label: 'p1' | 'p5' | 'p50' | 'p95' | 'p99'
  readonly colour: 1 | 2 | 3 | 4
}

/** Where large values are bad, and where small ones are. */
const upperCurves: readonly Curve[] = [
  { label: 'p50', colour: 2 },
  { label: 'p95', colour: 1 },
  { label: 'p99', colour: 3 },
]
const lowerCurves: readonly Curve[] = [
  { label: 'p50', colour: 2 },
  { label: 'p5', colour: 1 },
  { label: 'p1', colour: 3 },
]

function percentilesOver(
  slices: readonly Slice[],
  metric: string,
  title: string,
  curves: readonly Curve[] = upperCurves,
): Chart | undefined {
  const found = slices.flatMap((slice) => {
    const series = inSlice(slice, metric)
    return series?.kind === 'histogram' && series.count > 0 ? [{ at: slice.from, series }] : []
  })
  if (found.length < 2) return undefined
  return {
    title,
    unit: found[0]?.series.unit ?? '',
    series: curves,
    data: [found.map(({ at }) => at), ...curves.map(({ label }) => found.map(({ series }) => series[label]))],
  }
}

function ratioOver(slices: readonly Slice[], metric: string, title: string): Chart | undefined {
  const found = slices.flatMap((slice) => {
    const series = inSlice(slice, metric)
    return series?.kind === 'ratio' && series.value !== null ? [{ at: slice.from, value: series.value }] : []
  })
  if (found.length < 2) return undefined
  const data = [found.map(({ at }) => at), found.map(({ value }) => value)]
  return { title, unit: '%', series: [{ label: metric, colour: 3 }], data }
}

function pointCharts(result: RunResult): Chart[] {
  const { stepSeconds, points } = result.timeline
  if (points.length < 2) return []
  const at = points.map((point) => point.t)
  const perSecond = (read: (point: (typeof points)[number]) => number): Row =>
    points.map((point) => read(point) / stepSeconds)
  const charts: Chart[] = [
    {
      title: 'Calls per second',
      unit: '/s',
      series: [
        { label: 'attempted', colour: 1 },
        { label: 'established', colour: 2 },
        { label: 'failed', colour: 3 },
      ],
      data: [
        at,
        perSecond((point) => point.attempted),
        perSecond((point) => point.established),
        perSecond((point) => point.failed),
      ],
    },
    {
      title: 'Calls in progress',
      unit: '',
      series: [{ label: 'in progress', colour: 1 }],
      data: [at, points.map((point) => point.concurrent)],
    },
  ]
  if (points.some((point) => point.packets > 0)) {
    const series = [{ label: 'sent and received', colour: 4 }] as const
    charts.push({
      title: 'RTP packets per second',
      unit: '/s',
      series,
      data: [at, perSecond((point) => point.packets)],
    })
  }
  if (result.faults.length > 0 && points.some((point) => point.registered > 0)) {
    charts.push({
      title: 'Agents registered',
      unit: '',
      series: [{ label: 'registered', colour: 2 }],
      data: [at, points.map((point) => point.registered)],
    })
  }
  return charts
}

/** What the report draws; a chart needs two points at least. */
export function chartsOf(result: RunResult): Chart[] {
  const { slices } = result.timeline
  return [
    ...pointCharts(result),
    percentilesOver(slices, 'session.setup', 'Call set-up (session.setup)'),
    ...targetCharts(result),
    percentilesOver(slices, 'media.jitter', 'Jitter (media.jitter)'),
    ratioOver(slices, 'media.loss', 'RTP loss (media.loss)'),
    ...scales.map(({ metric, name }) => percentilesOver(slices, metric, `Quality, ${name} (${metric})`, lowerCurves)),
    percentilesOver(slices, 'media.mouth_to_ear', 'Mouth to ear (media.mouth_to_ear)'),
  ].filter((chart) => chart !== undefined)
}

/** The figures behind the charts, for readers without script. */
function pointTable(result: RunResult): string {
  const { points } = thinPoints(result.timeline, 120)
  const columns = ['t (s)', 'attempted', 'established', 'failed', 'in progress', 'packets', 'registered']
  const rows = points.map((point) =>
    [point.t, point.attempted, point.established, point.failed, point.concurrent, point.packets, point.registered].map(
      (value) => figure(value),
    ),
  )
  return table(
    columns.map((title) => ({ title, figure: true })),
    rows,
  )
}

/** Charts with their figures beneath. */
export function chartSection(result: RunResult): string {
  const charts = chartsOf(result)
  const places = charts.map((chart, index) => {
    const title = chart.unit === '' ? chart.title : `${chart.title}, ${chart.unit}`
    return `<div class="chart"><h3>${esc(title)}</h3><div data-chart="${index}"></div></div>`
  })
  const drawn = places.length === 0 ? '' : `<div class="charts">${places.join('\n')}</div>`
  const hint =
    places.length === 0
      ? ''
      : '<noscript><p class="muted">The charts need JavaScript; the figures do not.</p></noscript>'
  return `${drawn}${hint}${details('Figures over time', pointTable(result))}`
}

const resolve = createRequire(import.meta.url).resolve

/** The stretches in which faults were in force, for every chart to mark. */
function faultMarks({ faults }: RunResult): string[] {
  if (faults.length === 0) return []
  const marks = faults.flatMap(({ name, at, for: seconds, spells }) =>
    (spells ?? [{ at, for: seconds }]).map((spell) => ({ name, from: spell.at, to: spell.at + spell.for })),
  )
  return [`<script type="application/json" id="faults">${scriptJson(marks)}</script>`]
}

/** Style and script of uPlot, inlined: the report opens offline. */
export const plotStyle = (): string => readFileSync(resolve('uplot/dist/uPlot.min.css'), 'utf8')

export function plotScripts(result: RunResult): string {
  const charts = chartsOf(result)
  if (charts.length === 0) return ''
  const library = readFileSync(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8').replace(/<\/script/gi, '<\\/script')
  return [
    `<script type="application/json" id="charts">${scriptJson(charts)}</script>`,
    ...faultMarks(result),
    `<script id="uplot">${library}</script>`,
    `<script>${chartScript}</script>`,
  ].join('\n')
}
