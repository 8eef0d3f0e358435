import type { CallCounts, MetricSeries, MetricTags, Timeline, TimelinePoint } from '../model/result.js'
import { addCell } from './cell.js'
import { shareTags } from './definitions/target.js'
import { mergeFindings } from './finding-tally.js'
import { HistogramCodec } from './histogram.js'
import { mergeModels } from './model-tally.js'
import { fromSeries, hasValue, ratioValue, tagsKey, toSeries } from './series.js'
import type { MediaCounts, Snapshot } from './snapshot.js'
import type { Outage } from './target-outage.js'

/**
 * Adds snapshots of parts of one run (shards) up to that of the whole. Exact and associative: histograms are added
 * count by count, ratios by numerator and denominator, never averages of percentiles. Timelines add up step by step;
 * when parts had doubled their steps at different times, the coarser step holds for all.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const codec = new HistogramCodec()
  try {
    return {
      metrics: withShares(
        mergeSeries(
          snapshots.map((snapshot) => snapshot.metrics),
          codec,
        ),
      ),
      calls: mergeCalls(snapshots.map((snapshot) => snapshot.calls)),
      media: mergeMedia(snapshots.map((snapshot) => snapshot.media)),
      findings: mergeFindings(snapshots.map((snapshot) => snapshot.findings)),
      // One part of a run makes the faults.
      faults: snapshots.flatMap((snapshot) => snapshot.faults),
      faultFigures: snapshots.flatMap((snapshot) => snapshot.faultFigures),
      models: mergeModels(snapshots.map((snapshot) => snapshot.models)),
      targets: mergeTargets(snapshots.map((snapshot) => snapshot.targets)),
      timeline: mergeTimelines(
        snapshots.map((snapshot) => snapshot.timeline),
        codec,
      ),
    }
  } finally {
    codec.destroy()
  }
}

const seriesKey = (series: MetricSeries): string => `${series.name} ${tagsKey(series.tags)}`

function mergeSeries(parts: readonly (readonly MetricSeries[])[], codec: HistogramCodec): MetricSeries[] {
  const groups = new Map<string, MetricSeries[]>()
  for (const part of parts) {
    for (const series of part) {
      const key = seriesKey(series)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [series])
      else group.push(series)
    }
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, group]) => mergeGroup(group, codec))
}

/** A single part is passed on as it is; undefined parts add nothing, and all undefined stay undefined. */
function mergeGroup(group: readonly MetricSeries[], codec: HistogramCodec): MetricSeries {
  const [first = undefined, second, ...rest] = group.filter(hasValue)
  if (first === undefined) return group[0] as MetricSeries
  if (second === undefined) return first
  const cell = fromSeries(first, codec)
  for (const series of [second, ...rest]) addCell(cell, fromSeries(series, codec))
  return toSeries(first.name, first.tags, cell, codec)
}

/** A part that never met a target has no share of it: the denominator is what all targets had together. */
function withShares(metrics: readonly MetricSeries[]): MetricSeries[] {
  return metrics.map((series) => {
    const tag = (shareTags as Readonly<Record<string, keyof MetricTags | undefined>>)[series.name]
    if (tag === undefined || series.kind !== 'ratio') return series
    const others = tagsKey({ ...series.tags, [tag]: undefined })
    let denominator = 0
    for (const each of metrics) {
      if (
        each.name === series.name &&
        each.kind === 'ratio' &&
        tagsKey({ ...each.tags, [tag]: undefined }) === others
      ) {
        denominator += each.numerator
      }
    }
    return { ...series, denominator, value: ratioValue(series.numerator, denominator) }
  })
}

function sumRecords(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) sum[key] = (sum[key] ?? 0) + value
  }
  return Object.fromEntries(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function mergeCalls(parts: readonly CallCounts[]): CallCounts {
  const total = (read: (part: CallCounts) => number): number => parts.reduce((sum, part) => sum + read(part), 0)
  return {
    attempted: total((part) => part.attempted),
    established: total((part) => part.established),
    completed: total((part) => part.completed),
    failed: total((part) => part.failed),
    byOutcome: sumRecords(parts.map((part) => part.byOutcome)),
    byStatus: sumRecords(parts.map((part) => part.byStatus)),
    failures: sumRecords(parts.map((part) => part.failures)),
  }
}

const mergeMedia = (parts: readonly MediaCounts[]): MediaCounts => {
  const total = (read: (part: MediaCounts) => number): number => parts.reduce((sum, part) => sum + read(part), 0)
  return {
    streams: total((part) => part.streams),
    packetsSent: total((part) => part.packetsSent),
    packetsReceived: total((part) => part.packetsReceived),
    packetsLost: total((part) => part.packetsLost),
  }
}

function mergeTargets(parts: readonly Snapshot['targets'][]): Snapshot['targets'] {
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))].sort()
  return Object.fromEntries(
    names.map((name) => {
      const own = parts.map((part) => part[name] ?? { calls: 0, failures: 0 })
      const calls = own.reduce((sum, part) => sum + part.calls, 0)
      const failures = own.reduce((sum, part) => sum + part.failures, 0)
      const outages = own.flatMap(({ outage }) => outage ?? [])
      return [name, { calls, failures, ...(outages.length === 0 ? {} : { outage: mergeOutages(outages) }) }]
    }),
  )
}

/** Down from the first that found it so until the last that found it up again. */
function mergeOutages(outages: readonly Outage[]): Outage {
  const ends = outages.map(({ toMs }) => toMs ?? Number.POSITIVE_INFINITY)
  const toMs = Math.max(...ends)
  return { fromMs: Math.min(...outages.map(({ fromMs }) => fromMs)), toMs: Number.isFinite(toMs) ? toMs : undefined }
}

function mergeTimelines(parts: readonly Timeline[], codec: HistogramCodec): Timeline {
  const stepSeconds = Math.max(...parts.map((part) => part.stepSeconds))
  const points = new Map<number, TimelinePoint>()
  for (const part of parts) {
    for (const point of joinSteps(part.points, stepSeconds)) {
      const other = points.get(point.t)
      points.set(point.t, other === undefined ? point : addPoints(point, other, point.concurrent + other.concurrent))
    }
  }
  return {
    stepSeconds,
    points: [...points.values()].sort((a, b) => a.t - b.t),
    slices: mergeSlices(
      parts.flatMap((part) => part.slices),
      codec,
    ),
  }
}

/** The points of one part on a coarser grid: the highest concurrency of a step, not its sum. */
function joinSteps(points: readonly TimelinePoint[], stepSeconds: number): TimelinePoint[] {
  const joined = new Map<number, TimelinePoint>()
  for (const point of points) {
    const t = Math.floor(point.t / stepSeconds) * stepSeconds
    const other = joined.get(t)
    const own = { ...point, t }
    if (other === undefined) joined.set(t, own)
    else {
      const concurrent = Math.max(own.concurrent, other.concurrent)
      joined.set(t, { ...addPoints(own, other, concurrent), registered: own.registered })
    }
  }
  return [...joined.values()]
}

const addPoints = (a: TimelinePoint, b: TimelinePoint, concurrent: number): TimelinePoint => ({
  t: a.t,
  attempted: a.attempted + b.attempted,
  established: a.established + b.established,
  failed: a.failed + b.failed,
  concurrent,
  packets: a.packets + b.packets,
  registered: a.registered + b.registered,
})

/** Slices that overlap become one. */
function mergeSlices(slices: Timeline['slices'], codec: HistogramCodec): Timeline['slices'] {
  const groups: { from: number; to: number; parts: (readonly MetricSeries[])[] }[] = []
  for (const slice of [...slices].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = groups.at(-1)
    if (last !== undefined && slice.from < last.to) {
      last.to = Math.max(last.to, slice.to)
      last.parts.push(slice.metrics)
    } else groups.push({ from: slice.from, to: slice.to, parts: [slice.metrics] })
  }
  return groups.map(({ from, to, parts }) => ({ from, to, metrics: withShares(mergeSeries(parts, codec)) }))
}
