import type { HearingLimits } from '../../model/hearing-limits.js'
import type { CallRecord, LegRecord, StreamReport, Voice } from '../../model/record.js'

/** What one side of a call heard of the other. */
export type DirectionHeard = 'heard' | 'silent' | 'late' | 'cross-talk' | 'garbled' | 'gap' | 'unjudged'

/** Packets of half a second: a direction that was sent less had no fair chance to be heard. */
const packetsForVerdict = 25
/** As long as it takes to be sure that a far side that is not ours would have sent something. */
const msForVerdict = 1000
/** So many marks in what was listened to are not all missed: of every three, at 20 % loss, one in a thousand is. */
const marksForVerdict = 3
/** Less than that of sound is a click. */
const audibleForVerdictMs = 100
/** Of audio with cuts in it one mark may be misread, and names anybody; a voice that is really there says more. */
const foreignMarksBesideRight = 2
/** A stream that ends so long before its call has not merely been overtaken by the BYE. */
const earlyEndMs = 1000

/** What a leg received, and what the other leg of ours sent. */
export interface Direction {
  readonly ears: LegRecord
  readonly mouth: LegRecord | undefined
  readonly call: CallRecord
}

export const sum = (leg: LegRecord, field: 'packetsSent' | 'packetsReceived'): number =>
  leg.streams.reduce((total, stream) => total + stream[field], 0)

/** Whether the marks in what a leg sent named this number. */
function isSender(leg: LegRecord, sender: number): boolean {
  for (const { hearing } of leg.streams) if (hearing.sender === sender) return true
  return false
}

/**
 * Of what a stream heard the voice of the other side: of its leg where that is ours, and else any that is not the leg's
 * own (an echo).
 */
export function rightVoice(stream: StreamReport, ears: LegRecord, mouth: LegRecord | undefined): Voice | undefined {
  for (const voice of stream.hearing.voices) {
    if (mouth ? isSender(mouth, voice.sender) : !isSender(ears, voice.sender)) return voice
  }
  return undefined
}

/** `silent` here: of what was sent nothing arrived that could be heard. */
export function directionHeard(direction: Direction, limits: HearingLimits): DirectionHeard {
  const { ears, mouth, call } = direction
  if (sum(ears, 'packetsReceived') === 0) {
    const talkMs = endOf(call) - (call.answeredMs ?? 0)
    const isFair = mouth ? sum(mouth, 'packetsSent') >= packetsForVerdict : talkMs >= msForVerdict
    return isFair ? 'silent' : 'unjudged'
  }
  let isListened = false
  let isHeard = false
  let foreignMarks = 0
  let isMarked = mouth === undefined
  for (const { hearing } of mouth?.streams ?? []) isMarked ||= hearing.sender !== undefined
  for (const { hearing } of ears.streams) {
    isListened ||= hearing.listenedMs > 0
    for (const { sender, marks } of hearing.voices) {
      if (!mouth || isSender(mouth, sender)) isHeard = true
      else if (isMarked && !isSender(ears, sender)) foreignMarks += marks
    }
  }
  if (foreignMarks >= (isHeard ? foreignMarksBesideRight : 1)) return 'cross-talk'
  if (!isListened || !isMarked) return 'unjudged'
  if (isHeard) return timing(direction, limits)
  return mouth ? unheard(mouth, ears) : 'unjudged'
}

/** The moment from which on nobody is expected to say anything. */
const endOf = (call: CallRecord): number =>
  Math.min(
    call.byeSentMs ?? Number.POSITIVE_INFINITY,
    call.byeReceivedMs ?? Number.POSITIVE_INFINITY,
    call.endedMs ?? Number.POSITIVE_INFINITY,
  )

/** Sound came, and no mark of the right sender. */
function unheard(mouth: LegRecord, ears: LegRecord): DirectionHeard {
  let listenedMs = 0
  let audibleMs = 0
  let coverage = 1
  for (const { hearing } of ears.streams) {
    listenedMs += hearing.listenedMs
    audibleMs += hearing.audibleMs
    coverage = Math.min(coverage, hearing.coverage)
  }
  const marks = mouth.streams.reduce((count, { hearing }) => count + hearing.marksSent, 0)
  if (audibleMs < audibleForVerdictMs) return marks > 0 && listenedMs >= msForVerdict ? 'silent' : 'unjudged'
  return marks * coverage >= marksForVerdict ? 'garbled' : 'unjudged'
}

/** The right voice was heard: whether in time, and whole. */
function timing({ ears, mouth, call }: Direction, limits: HearingLimits): DirectionHeard {
  let ownSilenceMs = 0
  for (const { hearing } of mouth?.streams ?? []) ownSilenceMs = Math.max(ownSilenceMs, hearing.ownSilenceMs)
  let gapMs = 0
  let delayMs = Number.NEGATIVE_INFINITY
  for (const stream of ears.streams) {
    const { longestLossMs, longestSilenceMs } = stream.hearing
    gapMs = Math.max(gapMs, longestLossMs, mouth ? longestSilenceMs - ownSilenceMs : 0)
    delayMs = Math.max(delayMs, median(rightVoice(stream, ears, mouth)?.delaysMs ?? []) ?? delayMs)
  }
  if (gapMs >= limits.gapMs || (mouth && endsEarly(ears, mouth, call, Math.max(0, delayMs)))) return 'gap'
  return delayMs > limits.lateMs ? 'late' : 'heard'
}

function endsEarly(ears: LegRecord, mouth: LegRecord, call: CallRecord, delayMs: number): boolean {
  let spokenToMs = 0
  let heardToMs = 0
  for (const { hearing } of mouth.streams) spokenToMs = Math.max(spokenToMs, hearing.spokenToMs ?? 0)
  for (const { lastPacketMs } of ears.streams) heardToMs = Math.max(heardToMs, lastPacketMs ?? 0)
  return Math.min(spokenToMs + delayMs, endOf(call)) - heardToMs >= earlyEndMs
}

export function median(values: readonly number[]): number | undefined {
  if (values.length < 2) return values[0]
  const sorted = Float64Array.from(values).sort()
  return sorted[sorted.length >> 1]
}
