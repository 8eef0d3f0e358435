import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord, StreamReport } from '../../model/record.js'
import { impairmentOf, type Scale } from '../../quality/codec-impairments.js'
import { type StreamQuality, streamQuality } from '../../quality/stream-quality.js'
import type { Definition } from '../definition.js'
import { median } from './direction-heard.js'

/** ITU-T P.800.1: conversational quality, estimated; each scale is a metric of its own and none is averaged with another. */
export const mosMetrics = {
  nb: 'media.mos_cqe_nb',
  wb: 'media.mos_cqe_wb',
  fb: 'media.mos_cqe_fb',
} as const satisfies Record<Scale, MetricName>

/** How late a voice is, mouth to ear, and who says so. */
export interface OneWayDelay {
  readonly ms: number
  readonly by: 'mark' | 'rtcp'
}

/**
 * The way that the audio marks took, or half the round trip of RTCP where there are none, with the packet that the far
 * side fills before it sends it and the wait in the jitter buffer (RFC 3611 4.7.3, both ends alike). Undefined where
 * nothing was measured: a delay of 0 would be an invention.
 */
export function oneWayDelay(stream: StreamReport): OneWayDelay | undefined {
  const { roundTripsMs, ptimeMs, jitterBufferMs, hearing } = stream
  if (jitterBufferMs === undefined) return undefined
  const terminalMs = ptimeMs + jitterBufferMs
  const markMs = median(hearing.voices.find(({ sender }) => sender !== hearing.sender)?.delaysMs ?? [])
  if (markMs !== undefined) return { ms: Math.max(0, markMs) + terminalMs, by: 'mark' }
  if (roundTripsMs.length === 0) return undefined
  const roundTripMs = roundTripsMs.reduce((sum, ms) => sum + ms, 0) / roundTripsMs.length
  return { ms: roundTripMs / 2 + terminalMs, by: 'rtcp' }
}

/** What the E-model makes of a stream; undefined when nothing was received or its codec has no numbers. */
export function qualityOf(stream: StreamReport): StreamQuality | undefined {
  const { fates, terminal, codec } = stream
  return streamQuality({
    codec,
    packetsExpected: fates.expected,
    packetsMissing: fates.lost + fates.discarded,
    missingRuns: fates.runs,
    delayMs: oneWayDelay(stream)?.ms,
    concealment: terminal.concealsLoss,
  })
}

const scoreOn = (scale: Scale): Definition<StreamReport, CallRecord> => ({
  name: mosMetrics[scale],
  kind: 'histogram',
  value: (stream) => (impairmentOf(stream.codec, false)?.scale === scale ? qualityOf(stream)?.mos : undefined),
})

export const qualityDefinitions: readonly Definition<StreamReport, CallRecord>[] = [
  scoreOn('nb'),
  scoreOn('wb'),
  scoreOn('fb'),
]
