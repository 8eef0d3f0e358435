import type { Terminal } from '../../model/terminal.js'
import type { VoipMetrics } from '../../model/voip-metrics.js'
import { streamQuality } from '../../quality/stream-quality.js'
import { gapThreshold } from '../packet-fates.js'
import type { Reception } from '../reception.js'

/** What the metrics are made of beside what was received. */
export interface HearingContext {
  readonly codec: string
  readonly terminal: Terminal
  /** Packet time that we send with, ms: its filling delays our side of the conversation. */
  readonly sentPtimeMs: number
  /** The last one; undefined: none was measured. */
  readonly roundTripMs: number | undefined
}

/**
 * The VoIP metrics of a stream as its modelled terminal has them (RFC 3611 4.7). R and both scores are of the narrowband
 * model, which RFC 3611 means: they are unavailable for other codecs, and those that include delay without a round trip.
 */
export function ownVoipMetrics(received: Reception, context: HearingContext): VoipMetrics {
  const fates = received.fates()
  const { jitterBuffer, ptimeMs } = received
  const { codec, terminal, sentPtimeMs, roundTripMs } = context
  const { burstDensity, gapDensity, burstPackets, gapPackets } = fates.burst
  const share = (count: number): number => (fates.expected === 0 ? 0 : Math.max(0, count) / fates.expected)
  const endSystemDelayMs = sentPtimeMs + jitterBuffer.delayMs
  // 4.7.3: both ends alike.
  const delayMs = roundTripMs === undefined ? undefined : roundTripMs / 2 + endSystemDelayMs
  const facts = {
    codec,
    packetsExpected: fates.expected,
    packetsMissing: fates.lost + fates.discarded,
    missingRuns: fates.runs,
    concealment: terminal.concealsLoss,
  }
  const listening = narrowband(facts, undefined)
  const conversation = delayMs === undefined ? undefined : narrowband(facts, delayMs)
  const isFixed = jitterBuffer.settings.kind === 'fixed'
  return {
    lossRate: share(fates.lost),
    discardRate: share(fates.discarded),
    burstDensity,
    gapDensity,
    burstMs: burstPackets * ptimeMs,
    gapMs: gapPackets * ptimeMs,
    roundTripMs: roundTripMs ?? 0,
    endSystemDelayMs,
    signalLevelDb: undefined,
    noiseLevelDb: undefined,
    rerlDb: undefined,
    gmin: gapThreshold,
    rFactor: conversation?.r,
    externalRFactor: undefined,
    mosLq: listening?.mos,
    mosCq: conversation?.mos,
    concealment: !codec.startsWith('PCM') ? 'unspecified' : terminal.concealsLoss ? 'enhanced' : 'disabled',
    jitterBuffer: isFixed ? 'fixed' : 'adaptive',
    jitterBufferRate: 0,
    jitterBufferNominalMs: jitterBuffer.delayMs,
    jitterBufferMaxMs: jitterBuffer.delayMs,
    jitterBufferAbsMaxMs: jitterBuffer.maxMs,
  }
}

function narrowband(facts: Omit<Parameters<typeof streamQuality>[0], 'delayMs'>, delayMs: number | undefined) {
  const quality = streamQuality({ ...facts, delayMs })
  return quality?.scale === 'nb' ? quality : undefined
}
