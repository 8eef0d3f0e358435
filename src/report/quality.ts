import type { CallSample, SampleStream } from '../model/call-sample.js'
import type { HistogramSeries, RunResult } from '../model/result.js'
import { figure, histograms, wholeRun } from './figures.js'

/** The scales of scores, which stand side by side and are never put together. */
export const scales = [
  { metric: 'media.mos_cqe_nb', name: 'narrowband' },
  { metric: 'media.mos_cqe_wb', name: 'wideband' },
  { metric: 'media.mos_cqe_fb', name: 'fullband' },
] as const

/** `narrowband` for `media.mos_cqe_nb`. */
export const scaleName = (metric: string): string => scales.find((scale) => scale.metric === metric)?.name ?? metric

export const isScore = (series: HistogramSeries): boolean => scales.some(({ metric }) => metric === series.name)

/** Scores of the whole run, one series a scale. */
export const scores = (result: RunResult): HistogramSeries[] => histograms(wholeRun(result)).filter(isScore)

export interface HeardCount {
  readonly heard: string
  readonly calls: number
}

/** Calls by audio verdict, those that were heard first. */
export function heardCounts(result: RunResult): HeardCount[] {
  const counts = result.metrics.flatMap((series) => {
    const { heard, ...others } = series.tags
    const only = heard !== undefined && Object.keys(others).length === 0
    return series.name === 'media.calls' && only && series.kind === 'counter' && series.value !== null
      ? [{ heard, calls: series.value }]
      : []
  })
  const rank = ({ heard }: HeardCount): number => (heard === 'heard' ? 0 : heard === 'unjudged' ? 2 : 1)
  return counts.filter(({ calls }) => calls > 0).sort((a, b) => rank(a) - rank(b) || b.calls - a.calls)
}

/** Sampled calls in which a direction was not heard as it should be. */
export const misheard = (result: RunResult): CallSample[] =>
  result.samples.filter(({ heard }) => typeof heard === 'string' && heard !== 'heard' && heard !== 'unjudged')

export interface ScoredStream {
  readonly sample: CallSample
  readonly stream: SampleStream
  readonly quality: NonNullable<SampleStream['quality']>
}

/** Streams of sampled calls below this are shown in detail: users begin to be dissatisfied. */
const poorMos = 4

/** Sampled streams of one scale that sounded worst, the worst first. */
export function worstStreams(result: RunResult, metric: string, limit: number): ScoredStream[] {
  const scored = result.samples.flatMap((sample) =>
    (sample.streams ?? []).flatMap((stream) => {
      const { quality } = stream
      return quality?.metric === metric && quality.mos < poorMos ? [{ sample, stream, quality }] : []
    }),
  )
  return scored.sort((a, b) => a.quality.mos - b.quality.mos).slice(0, limit)
}

/** One sentence a scale, with the standard and what in it is assumed. */
export function scoreLines(result: RunResult): string[] {
  return scores(result).map(({ name, count, min, p5, p50 }) => {
    const model = result.media.models.find(({ metric }) => metric === name)
    const standard =
      model === undefined ? '' : ` by ${model.standard}${model.assumed.length > 0 ? ', in part assumed' : ''}`
    const values = `median ${figure(p50)}, p5 ${figure(p5)}, least ${figure(min)}`
    return `MOS ${scaleName(name)}${standard}: ${values} of ${count} streams (${name})`
  })
}
