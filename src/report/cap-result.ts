import type { CallSample } from '../model/call-sample.js'
import type { MetricSeries, RunResult, Timeline } from '../model/result.js'

const maxLadder = 200
const maxTextLength = 20_000
const maxSamples = 200
const maxPoints = 2400

const untagged = (series: MetricSeries): boolean => Object.keys(series.tags).every((tag) => tag === 'phase')

const cut = (text: string): string => (text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}…`)

function capSample(sample: CallSample): CallSample {
  return {
    ...sample,
    ladder: sample.ladder.slice(0, maxLadder),
    timeline: sample.timeline.slice(0, maxLadder),
    sdp: sample.sdp.slice(0, 8).map(({ agent, local, remote }) => ({ agent, local: cut(local), remote: cut(remote) })),
  }
}

/** Every n-th step holds what n steps held. */
export function thinPoints(timeline: Timeline, limit: number): Timeline {
  const size = Math.ceil(timeline.points.length / limit)
  if (size <= 1) return timeline
  const points = []
  for (let start = 0; start < timeline.points.length; start += size) {
    const group = timeline.points.slice(start, start + size)
    const sum = (read: (point: (typeof group)[number]) => number) =>
      group.reduce((total, each) => total + read(each), 0)
    points.push({
      t: group[0]?.t ?? 0,
      attempted: sum((point) => point.attempted),
      established: sum((point) => point.established),
      failed: sum((point) => point.failed),
      concurrent: Math.max(...group.map((point) => point.concurrent)),
      packets: sum((point) => point.packets),
      registered: group.at(-1)?.registered ?? 0,
    })
  }
  return { ...timeline, stepSeconds: timeline.stepSeconds * size, points }
}

const withoutSteps = (sample: CallSample): CallSample =>
  sample.streams === undefined
    ? sample
    : { ...sample, streams: sample.streams.map((stream) => ({ ...stream, steps: null })) }

/** What is given up, in this order, until a result fits. */
const reductions: readonly ((result: RunResult) => RunResult)[] = [
  (result) => ({ ...result, samples: result.samples.map(withoutSteps) }),
  (result) => ({
    ...result,
    timeline: {
      ...result.timeline,
      slices: result.timeline.slices.map((slice) => ({ ...slice, metrics: slice.metrics.filter(untagged) })),
    },
  }),
  (result) => ({ ...result, samples: result.samples.slice(0, 20) }),
  (result) => ({ ...result, timeline: { ...result.timeline, slices: [] } }),
  (result) => ({ ...result, metrics: result.metrics.filter(untagged) }),
  (result) => ({ ...result, samples: [], timeline: thinPoints(result.timeline, 200) }),
  (result) => ({ ...result, findings: result.findings.slice(0, 200).map((each) => ({ ...each, examples: [] })) }),
]

/** A result whose JSON stays within `maxBytes`, whatever the size of the run. */
export function capResult(result: RunResult, maxBytes: number): RunResult {
  let capped: RunResult = {
    ...result,
    samples: result.samples.slice(0, maxSamples).map(capSample),
    findings: result.findings.map((each) => ({ ...each, examples: each.examples.slice(0, 20).map(cut) })),
    timeline: thinPoints(result.timeline, maxPoints),
  }
  for (const reduce of reductions) {
    if (Buffer.byteLength(JSON.stringify(capped, null, 1)) <= maxBytes) break
    capped = reduce(capped)
  }
  return capped
}
