import type { CallRecord, LegRecord, StreamReport, StreamTimeline } from '../model/record.js'
import { streamQuality } from '../quality/stream-quality.js'
import { oneWayDelay } from './definitions/quality.js'

/** A report and what was measured are of moments so far apart at most, on a machine that stalls. */
const slackMs = 2000
/** Beyond so many packets, and so large a share of them, two counts of the same loss disagree. */
const slackPackets = 5
const slackShare = 0.02
/** Two jitters of one stream are taken at different places of the path. */
const slackJitterMs = 30
/** RTP and RTCP come by sockets of their own: after a stall so many packets wait in one of them. */
const waitingPackets = 50
/** Models differ in their numbers of a codec: this is more than that. */
const slackMos = 0.5

/** What the far side's RTCP said and what was measured, in one sentence. */
export interface Disagreement {
  /** Who said it: host of the far side. */
  readonly by: string
  readonly text: string
}

/**
 * What the RTCP of a call says of its streams, held against what our own ends sent and heard. Only what no moment of
 * measuring explains is told. A gateway that reports on its own side alone disagrees too when it loses packets, or
 * repairs them: its numbers are not those that it delivers.
 */
export function rtcpDisagreements(call: CallRecord): Disagreement[] {
  const [one, two] = call.legs
  if (!one?.streams.length && !two?.streams.length) return []
  const [a, b] = [onlyStream(one), onlyStream(two)]
  const texts = [a, b].flatMap((stream) => (stream ? told(stream, claimOf(stream)) : []))
  if (!a || !b) return texts
  for (const [sent, heard] of [
    [a, b],
    [b, a],
  ] as const) {
    texts.push(...told(sent, lossOf(sent, heard)), ...told(sent, jitterOf(sent, heard)))
    texts.push(...told(sent, metricsLossOf(sent, heard)), ...told(sent, scoreOf(sent, heard)))
  }
  return texts
}

/** Several streams of a leg cannot be told apart in pairs. */
const onlyStream = (leg: LegRecord | undefined): StreamReport | undefined =>
  leg?.streams.length === 1 ? leg.streams[0] : undefined

const told = (stream: StreamReport, text: string | undefined): Disagreement[] =>
  text === undefined ? [] : [{ by: stream.remote.replace(/:\d+$/, ''), text }]

const slackOf = (packets: number): number => Math.max(slackPackets, packets * slackShare)

/** Between its first and last sender report. */
function claimOf({ remoteView }: StreamReport): string | undefined {
  const { sent } = remoteView
  if (!sent || Math.abs(sent.claimed - sent.expected) <= Math.max(waitingPackets, slackOf(sent.expected)))
    return undefined
  return `sender reports count ${sent.claimed} packets where sequence numbers show ${sent.expected}`
}

function lossOf(sent: StreamReport, heard: StreamReport): string | undefined {
  const { reception } = sent.remoteView
  if (!reception) return undefined
  const measured = missedBy(reception.atMs, sent, heard)
  const { lost, packetsSent } = reception
  if (!measured || agrees(lost, measured, slackOf(packetsSent))) return undefined
  return `receiver report: ${lost} of ${packetsSent} packets lost, measured ${rangeText(measured)}`
}

function metricsLossOf(sent: StreamReport, heard: StreamReport): string | undefined {
  const { voip } = sent.remoteView
  if (!voip) return undefined
  const measured = missedBy(voip.atMs, sent, heard)
  const expected = expectedBy(voip.atMs, heard.timeline)
  if (!measured || agrees(voip.metrics.lossRate * expected, measured, slackOf(expected))) return undefined
  const percent = (voip.metrics.lossRate * 100).toFixed(1)
  return `VoIP metrics: ${percent} % of ${expected} packets lost, measured ${rangeText(measured)}`
}

function jitterOf(sent: StreamReport, heard: StreamReport): string | undefined {
  const { reception } = sent.remoteView
  const { timeline } = heard
  if (!reception || !timeline) return undefined
  const near = timeline.jitterMs.filter((_, step) => {
    const endMs = timeline.startMs + (step + 1) * timeline.stepMs
    return Math.abs(endMs - reception.atMs) <= timeline.stepMs + slackMs
  })
  if (near.length === 0) return undefined
  const measured = { low: Math.min(...near), high: Math.max(...near) }
  if (agrees(reception.jitterMs, measured, slackJitterMs)) return undefined
  return `receiver report: jitter ${reception.jitterMs.toFixed(1)} ms, measured ${measured.low.toFixed(1)} to ${measured.high.toFixed(1)} ms`
}

/**
 * Whether the far side conceals loss, how long its jitter buffer is and how late it takes us to be is its own affair: the
 * best and the worst that what had arrived by then can be called are both right.
 */
function scoreOf(sent: StreamReport, heard: StreamReport): string | undefined {
  const { voip } = sent.remoteView
  const reported = voip?.metrics.mosCq
  const { timeline } = heard
  const lost = voip && missedBy(voip.atMs, sent, heard)
  if (voip === undefined || reported === undefined || !timeline || !lost) return undefined
  const packetsExpected = expectedBy(voip.atMs, timeline)
  const facts = { codec: heard.codec, packetsExpected, concealment: true }
  const best = streamQuality({ ...facts, packetsMissing: lost.low, missingRuns: lost.low, delayMs: undefined })
  const late = sumUntil(timeline, timeline.discarded, voip.atMs + slackMs)
  const packetsMissing = Math.min(packetsExpected, lost.high + late)
  const delayMs = oneWayDelay(heard)?.ms
  const worst = streamQuality({ ...facts, packetsMissing, missingRuns: 1, delayMs, concealment: false })
  if (!best || !worst || agrees(reported, { low: worst.mos, high: best.mos }, slackMos)) return undefined
  return `VoIP metrics: MOS-CQ ${reported.toFixed(1)}, measured ${worst.mos.toFixed(1)} to ${best.mos.toFixed(1)}`
}

interface Range {
  readonly low: number
  readonly high: number
}

const agrees = (reported: number, measured: Range, slack: number): boolean =>
  reported >= measured.low - slack && reported <= measured.high + slack

const rangeText = ({ low, high }: Range): string => (low === high ? String(low) : `${low} to ${high}`)

/** Packets that had not arrived at a moment; those before the first and after the last that did may be among them. */
function missedBy(atMs: number, sent: StreamReport, heard: StreamReport): Range | undefined {
  const { timeline } = heard
  if (!timeline) return undefined
  const unseen = Math.max(0, sent.packetsSent - heard.packetsExpected)
  return {
    low: sumUntil(timeline, timeline.lost, atMs - slackMs - timeline.stepMs),
    high: sumUntil(timeline, timeline.lost, atMs + slackMs) + unseen,
  }
}

const expectedBy = (atMs: number, timeline: StreamTimeline | undefined): number =>
  timeline ? sumUntil(timeline, timeline.expected, atMs) : 0

/** Of the steps that began by then. */
const sumUntil = (timeline: StreamTimeline, column: readonly number[], untilMs: number): number =>
  column.reduce((sum, value, step) => (timeline.startMs + step * timeline.stepMs <= untilMs ? sum + value : sum), 0)
