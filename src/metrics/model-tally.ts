import type { StreamReport } from '../model/record.js'
import type { RunResult } from '../model/result.js'
import type { Terminal } from '../model/terminal.js'
import { type CodecImpairment, impairmentOf, type Scale } from '../quality/codec-impairments.js'
import { models } from '../quality/stream-quality.js'
import { mosMetrics, oneWayDelay, qualityOf } from './definitions/quality.js'

/** Sums are kept in millionths, as whole numbers: those add up the same in any order. */
const millionth = 1e6

/** What went into the scores of one metric, in sums, so that parts of a run add up. */
export interface ModelCounts {
  readonly scale: Scale
  streams: number
  /** Streams by codec; `true` after the name: concealed. */
  readonly codecs: Record<string, number>
  /** In millionths, as all sums here. */
  pplSum: number
  burstRSum: number
  /** Streams whose delay was known, by what told it, and the sum of these delays. */
  readonly delays: Record<string, number>
  delaySumMs: number
  /** Jitter buffers in words, with the streams that had them. */
  readonly jitterBuffers: Record<string, number>
}

const concealedMark = ' (concealed)'

/** Keeps the inputs of the E-model, which are published with its scores. */
export class ModelTally {
  readonly #counts = new Map<Scale, ModelCounts>()

  add(stream: StreamReport): void {
    const quality = qualityOf(stream)
    if (quality === undefined) return
    const counts = this.#of(quality.impairment.scale)
    counts.streams++
    increase(counts.codecs, stream.terminal.concealsLoss ? stream.codec + concealedMark : stream.codec)
    counts.pplSum += millionths(quality.ppl)
    counts.burstRSum += millionths(quality.burstR)
    increase(counts.jitterBuffers, bufferText(stream.terminal))
    const delay = oneWayDelay(stream)
    if (delay === undefined) return
    increase(counts.delays, delay.by)
    counts.delaySumMs += millionths(delay.ms)
  }

  counts(): ModelCounts[] {
    return [...this.#counts.values()]
  }

  #of(scale: Scale): ModelCounts {
    let counts = this.#counts.get(scale)
    if (counts === undefined) {
      counts = { scale, streams: 0, codecs: {}, pplSum: 0, burstRSum: 0, delays: {}, delaySumMs: 0, jitterBuffers: {} }
      this.#counts.set(scale, counts)
    }
    return counts
  }
}

function increase(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}

function bufferText({ jitterBuffer }: Terminal): string {
  return jitterBuffer.kind === 'fixed'
    ? `fixed ${jitterBuffer.delayMs} ms`
    : `adaptive ${jitterBuffer.minMs} to ${jitterBuffer.maxMs} ms`
}

/** The counts of parts of one run as those of the whole. */
export function mergeModels(parts: readonly (readonly ModelCounts[])[]): ModelCounts[] {
  const merged = new Map<Scale, ModelCounts>()
  for (const part of parts.flat()) {
    const own = merged.get(part.scale)
    if (own === undefined) {
      const { codecs, delays, jitterBuffers } = part
      merged.set(part.scale, {
        ...part,
        codecs: { ...codecs },
        delays: { ...delays },
        jitterBuffers: { ...jitterBuffers },
      })
      continue
    }
    own.streams += part.streams
    own.pplSum += part.pplSum
    own.burstRSum += part.burstRSum
    own.delaySumMs += part.delaySumMs
    for (const name of ['codecs', 'delays', 'jitterBuffers'] as const) {
      for (const [key, count] of Object.entries(part[name])) increase(own[name], key, count)
    }
  }
  return [...merged.values()]
}

type PublishedModel = RunResult['media']['models'][number]

/** The models as a result publishes them: every number that a score was made of, and which of them are assumed. */
export const publishedModels = (counts: readonly ModelCounts[]): PublishedModel[] => counts.map(published)

function published(counts: ModelCounts): PublishedModel {
  const { scale, streams, codecs, jitterBuffers } = counts
  const impairments = Object.keys(codecs).flatMap((key) => {
    const concealed = key.endsWith(concealedMark)
    const impairment = impairmentOf(concealed ? key.slice(0, -concealedMark.length) : key, concealed)
    return impairment === undefined ? [] : [[key, impairment] as const]
  })
  const known = Object.values(counts.delays).reduce((sum, each) => sum + each, 0)
  return {
    metric: mosMetrics[scale],
    standard: models[scale].standard,
    inputs: {
      streams,
      ...Object.fromEntries(impairments.map(([key, impairment]) => [`codec ${key}`, codecText(impairment)])),
      'Ppl mean, lost or discarded, %': mean(counts.pplSum, streams),
      'BurstR mean': mean(counts.burstRSum, streams),
      ...(known > 0 ? { 'Ta mean, ms': mean(counts.delaySumMs, known) } : {}),
      'streams with delay': delayText(counts.delays, streams - known),
      'jitter buffer': Object.keys(jitterBuffers).join(', '),
      'T, Tr': 'no echo',
      others: 'defaults of the standard',
    },
    assumed: impairments.flatMap(([, { assumed }]) => (assumed === undefined ? [] : [assumed])),
  }
}

const codecText = ({ ie, bpl, source }: CodecImpairment): string => `Ie ${ie}, Bpl ${bpl}: ${source}`

function delayText(delays: Readonly<Record<string, number>>, unknown: number): string {
  const parts = Object.entries(delays).map(([by, count]) => `${count} by ${by}`)
  if (unknown > 0) parts.push(`${unknown} unknown: delay is not in their score`)
  return parts.join(', ')
}

const millionths = (value: number): number => Math.round(value * millionth)

/** To three decimals. */
const mean = (sum: number, count: number): number => Math.round(sum / count / 1000) / 1000
