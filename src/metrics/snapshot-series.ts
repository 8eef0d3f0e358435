import { type MetricName, metricTable } from '../model/metric-table.js'
import type { MetricSeries, MetricTags, Timeline } from '../model/result.js'
import { standingMetrics } from './definitions/registry.js'
import { shareTags } from './definitions/target.js'
import type { HistogramCodec } from './histogram.js'
import type { Leaf } from './leaf.js'
import { tagsKey, toSeries } from './series.js'
import { sumSlices, sumWhole, type Where } from './series-sum.js'
import type { Slice } from './slices.js'

export interface SeriesParts {
  readonly leaves: readonly Leaf[]
  readonly codec: HistogramCodec
  /** Breakdowns that thresholds ask for. */
  readonly wheres: readonly Where[]
  /** A drill's slices tell targets apart. */
  readonly byTarget?: boolean
}

/** A result shows each metric by each of these alone. */
const breakdownTags = ['agent', 'transport', 'target', 'direction', 'method', 'heard', 'fault'] as const
/** Values of one tag that a result shows; a run may have thousands of groups. */
const maxValuesPerTag = 100
/** Slices show groups of agents alone only when there are no more than these. */
const maxGroupsInSlices = 10
/** Encoded slices take the largest part of a result: beyond this they are given up, tags first. */
const maxSliceBytes = 8_000_000

/** Every metric of the run: untagged and, where wanted, by each tag alone, as thresholds ask for it, and its warm-up. */
export function buildSeries(
  parts: SeriesParts,
  isZero: (name: MetricName) => boolean,
  breakdowns: boolean,
): MetricSeries[] {
  const series: MetricSeries[] = []
  for (const name of metricNames(parts.leaves)) {
    for (const tags of breakdowns ? tagSets(name, parts) : untaggedOnly()) {
      const cell = sumWhole(name, parts.leaves, tags as Where)
      if (cell !== undefined) series.push(toSeries(name, tags, cell, parts.codec))
      else if (tagsKey(tags) === '[]') series.push(emptySeries(name, isZero(name)))
    }
  }
  return series
}

/** Slices with the same series as far as they fit. Times are seconds since load started. */
export function buildSlices(parts: SeriesParts, slices: readonly Slice[], startMs: number): Timeline['slices'] {
  for (const plan of [sliceTagSets, untaggedOnly]) {
    const built = slices.map((slice) => ({
      from: (slice.fromMs - startMs) / 1000,
      to: (slice.toMs - startMs) / 1000,
      metrics: sliceSeries(parts, slice, plan(parts)),
    }))
    if (sizeOf(built) <= maxSliceBytes) return built
  }
  return []
}

function sliceSeries(parts: SeriesParts, slice: Slice, tagSetsOfAll: readonly MetricTags[]): MetricSeries[] {
  const present = parts.leaves.filter((leaf) => slice.cells[leaf.id] !== undefined)
  // A slice lies in the warm-up or after it, never in both.
  const warmup = present.some((leaf) => leaf.warmup)
  const series: MetricSeries[] = []
  for (const name of new Set(present.map((leaf) => leaf.name))) {
    for (const tags of tagSetsOfAll) {
      if (shareTags[name] !== undefined && tags[shareTags[name]] === undefined) continue
      const where = (warmup ? { ...tags, phase: 'warmup' } : tags) as Where
      const cell = sumSlices(name, present, where, [slice])
      if (cell !== undefined) series.push(toSeries(name, where as MetricTags, cell, parts.codec))
    }
  }
  return series
}

const untaggedOnly = (): MetricTags[] => [{}]

function sliceTagSets(parts: SeriesParts): MetricTags[] {
  const agents = valuesOf('agent', parts.leaves).map((agent) => ({ agent }))
  const targets = parts.byTarget ? valuesOf('target', parts.leaves).map((target) => ({ target })) : []
  const few = (tagSets: readonly MetricTags[]): readonly MetricTags[] =>
    tagSets.length <= maxGroupsInSlices ? tagSets : []
  return distinct([{}, ...few(agents), ...few(targets), ...parts.wheres])
}

/** Characters of the encoded parts: near enough, and much cheaper than writing the JSON twice. */
function sizeOf(slices: Timeline['slices']): number {
  let size = 0
  for (const slice of slices) {
    for (const series of slice.metrics) size += 300 + (series.kind === 'histogram' ? series.hdr.length : 0)
  }
  return size
}

function metricNames(leaves: readonly Leaf[]): Set<MetricName> {
  return new Set([...standingMetrics, ...leaves.map((leaf) => leaf.name)])
}

function tagSets(name: MetricName, parts: SeriesParts): MetricTags[] {
  const own = parts.leaves.filter((leaf) => leaf.name === name)
  const judged = own.filter((leaf) => !leaf.warmup)
  const alone = breakdownTags.flatMap((key) => valuesOf(key, judged).map((value) => ({ [key]: value })))
  const warmup = own.some((leaf) => leaf.warmup) ? [{ phase: 'warmup' }] : []
  const share = shareTags[name]
  const all = distinct([{}, ...alone, ...parts.wheres, ...warmup])
  return share === undefined ? all : all.filter((tags) => tags[share] !== undefined)
}

function valuesOf(key: (typeof breakdownTags)[number], leaves: readonly Leaf[]): string[] {
  const values = new Set<string>()
  for (const leaf of leaves) {
    const value = leaf.tags[key]
    if (value !== undefined && values.size < maxValuesPerTag) values.add(value)
  }
  return [...values].sort()
}

function distinct(tagSetsOfAll: readonly MetricTags[]): MetricTags[] {
  return [...new Map(tagSetsOfAll.map((tags) => [tagsKey(tags), tags])).values()]
}

function emptySeries(name: MetricName, zero: boolean): MetricSeries {
  const { kind, unit } = metricTable[name]
  const head = { name, tags: {}, unit }
  switch (kind) {
    case 'ratio':
      return { ...head, kind, numerator: 0, denominator: 0, value: null }
    case 'histogram': {
      const figures = { min: null, mean: null, max: null, p1: null, p5: null, p50: null, p90: null, p95: null }
      return { ...head, kind, count: 0, ...figures, p99: null, p999: null, hdr: '' }
    }
    default:
      return { ...head, kind, value: zero ? 0 : null }
  }
}
