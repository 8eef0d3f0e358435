import { sideOf } from '../../base/sender-number.js'
import { median } from '../../metrics/definitions/direction-heard.js'
import { mosMetrics, oneWayDelay, qualityOf } from '../../metrics/definitions/quality.js'
import type {
  SampleHearing,
  SampleQuality,
  SampleReported,
  SampleSteps,
  SampleStream,
} from '../../model/call-sample.js'
import type { Hearing, StreamReport } from '../../model/record.js'
import { streamQuality } from '../../quality/stream-quality.js'

const rounded = (value: number): number => Math.round(value * 1000) / 1000

/** What a leg of a call received, as a result tells it; `sinceStart` turns clock time into time of the call. */
export function sampleStream(agent: string, stream: StreamReport, sinceStart: (ms: number) => number): SampleStream {
  return {
    agent,
    direction: stream.direction,
    codec: stream.codec,
    local: stream.local,
    remote: stream.remote,
    ssrc: stream.ssrc,
    packetsReceived: stream.packetsReceived,
    packetsExpected: stream.packetsExpected,
    packetsLost: stream.packetsLost,
    packetsDiscarded: stream.packetsDiscarded,
    jitterMeanMs: stream.jitterMeanMs ?? null,
    jitterMaxMs: stream.jitterMaxMs ?? null,
    longestGapMs: stream.longestGapMs ?? null,
    firstPacketMs: stream.firstPacketMs === undefined ? null : sinceStart(stream.firstPacketMs),
    lastPacketMs: stream.lastPacketMs === undefined ? null : sinceStart(stream.lastPacketMs),
    roundTripsMs: stream.roundTripsMs,
    quality: sampleQuality(stream),
    steps: sampleSteps(stream, sinceStart),
    reported: sampleReported(stream),
    hearing: sampleHearing(stream.hearing),
  }
}

function sampleReported({ remoteView: { reception, voip } }: StreamReport): SampleReported | null {
  if (!reception && !voip) return null
  return {
    packetsSent: reception?.packetsSent ?? null,
    packetsLost: reception?.lost ?? null,
    jitterMs: reception === undefined ? null : rounded(reception.jitterMs),
    rFactor: voip?.metrics.rFactor ?? null,
    mosLq: voip?.metrics.mosLq ?? null,
    mosCq: voip?.metrics.mosCq ?? null,
  }
}

function sampleQuality(stream: StreamReport): SampleQuality | null {
  const quality = qualityOf(stream)
  if (quality === undefined) return null
  const { scale, mos, r, ppl, burstR, delayMs } = quality
  return {
    metric: mosMetrics[scale],
    mos: rounded(mos),
    r: rounded(r),
    ppl: rounded(ppl),
    burstR: rounded(burstR),
    delayMs: delayMs === undefined ? null : rounded(delayMs),
  }
}

/** The score of a step takes its losses for random ones: what a second of them sounds like, not what came before. */
function sampleSteps(stream: StreamReport, sinceStart: (ms: number) => number): SampleSteps | null {
  const { timeline, codec, terminal } = stream
  if (timeline === undefined) return null
  const { startMs, stepMs, expected, lost, discarded, jitterMs, longestGapMs } = timeline
  const delayMs = oneWayDelay(stream)?.ms
  const mos = expected.map((packetsExpected, step) => {
    const packetsMissing = Math.max(0, (lost[step] ?? 0) + (discarded[step] ?? 0))
    const facts = { codec, packetsExpected, packetsMissing, missingRuns: packetsMissing, delayMs }
    const quality = streamQuality({ ...facts, concealment: terminal.concealsLoss })
    return quality === undefined ? null : rounded(quality.mos)
  })
  return { fromMs: sinceStart(startMs), stepMs, expected, lost, discarded, jitterMs, longestGapMs, mos }
}

function sampleHearing({
  listenedMs,
  coverage,
  longestSilenceMs,
  longestLossMs,
  voices,
}: Hearing): SampleHearing | null {
  if (listenedMs === 0) return null
  return {
    coverage: rounded(coverage),
    longestSilenceMs: rounded(longestSilenceMs),
    longestLossMs: rounded(longestLossMs),
    voices: voices.map(({ sender, marks, delaysMs }) => ({
      ...sideOf(sender),
      marks,
      mouthToEarMs: median(delaysMs) ?? null,
    })),
  }
}
