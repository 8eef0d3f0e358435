import type { HearingLimits } from '../../model/hearing-limits.js'
import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord, LegRecord, StreamReport } from '../../model/record.js'
import type { Definition } from '../definition.js'
import { type DirectionHeard, directionHeard, rightVoice, sum } from './direction-heard.js'

/** Counters of verdicts on what calls heard, the first by `heard` and by `direction`. */
export const heardMetrics = [
  'media.calls',
  'media.one_way_calls',
  'media.silent_calls',
  'media.cross_talk_calls',
] as const satisfies readonly MetricName[]

/** The verdict on a call as a whole: that of its worse direction. */
export type Heard = DirectionHeard | 'one-way'

export interface CallHeard {
  readonly heard: Heard
  /** Whose ears the verdict is about. */
  readonly direction: 'caller' | 'callee' | 'both'
  readonly caller: DirectionHeard | undefined
  readonly callee: DirectionHeard | undefined
}

/** The worst first. */
const order = ['cross-talk', 'garbled', 'gap', 'late', 'heard', 'unjudged'] as const

/** A verdict on an answered call with media; undefined: it is none. */
export function heardOf(call: CallRecord, limits: HearingLimits): CallHeard | undefined {
  if (call.answeredMs === undefined) return undefined
  const one = call.legs.find((leg) => leg.streams.length > 0)
  if (!one) return undefined
  const two = otherLeg(one, call)
  const first = directionHeard({ ears: one, mouth: two, call }, limits)
  const second = two ? directionHeard({ ears: two, mouth: one, call }, limits) : echoed(one, first)
  const [caller, callee] = one.role === 'caller' ? [first, second] : [second, first]
  const { heard, direction } = summary(caller, callee, isFlowing(one), two ? isFlowing(two) : true)
  return { heard, direction, caller, callee }
}

/** Towards a far side that is not ours only an echo tells: our own marks came back. */
function echoed(leg: LegRecord, heard: DirectionHeard): DirectionHeard {
  const isEcho = leg.streams.some(({ hearing }) => hearing.voices.some(({ sender }) => sender === hearing.sender))
  return isEcho && heard !== 'silent' ? 'heard' : 'unjudged'
}

const isFlowing = (leg: LegRecord): boolean => sum(leg, 'packetsReceived') > 0 || sum(leg, 'packetsSent') > 0

function summary(
  caller: DirectionHeard,
  callee: DirectionHeard,
  ...flowing: readonly boolean[]
): Pick<CallHeard, 'heard' | 'direction'> {
  if (caller === 'silent' && callee === 'silent') return { heard: 'silent', direction: 'both' }
  if (caller === 'silent' || callee === 'silent') {
    const heard = flowing.every(Boolean) ? 'one-way' : 'unjudged'
    return { heard, direction: caller === 'silent' ? 'caller' : 'callee' }
  }
  for (const heard of order) {
    if (caller === heard && callee === heard) return { heard, direction: 'both' }
    if (caller === heard) return { heard, direction: 'caller' }
    if (callee === heard) return { heard, direction: 'callee' }
  }
  throw new Error(`${caller} and ${callee} have no order`)
}

/** The other leg of the call, where it is ours and had media. */
const otherLeg = (leg: LegRecord, call: CallRecord): LegRecord | undefined =>
  call.legs.find((other) => other !== leg && other.streams.length > 0)

const earsOf = (stream: StreamReport, call: CallRecord): LegRecord | undefined =>
  call.legs.find((leg) => leg.streams.includes(stream))

/** Clocks of one machine differ by less than a millisecond; a mark placed too early by that counts as no delay. */
function delaysOf(stream: StreamReport, call: CallRecord): readonly number[] | undefined {
  if (stream.hearing.voices.length === 0) return undefined
  const ears = earsOf(stream, call)
  return ears && rightVoice(stream, ears, otherLeg(ears, call))?.delaysMs.map((ms) => Math.max(0, ms))
}

/** Between the first audio that the other side sent and the first that was heard of it. */
function startClipping(stream: StreamReport, call: CallRecord): number | undefined {
  const heardMs = stream.hearing.firstAudibleMs
  const ears = heardMs === undefined ? undefined : earsOf(stream, call)
  const mouth = ears && otherLeg(ears, call)
  const voice = ears && mouth && rightVoice(stream, ears, mouth)
  const spokenMs = mouth?.streams.find(({ hearing }) => hearing.sender === voice?.sender)?.hearing.spokenFromMs
  const [delayMs] = voice?.delaysMs ?? []
  if (heardMs === undefined || delayMs === undefined || spokenMs === undefined) return undefined
  return Math.max(0, heardMs - delayMs - spokenMs)
}

/** What the audio itself tells of one direction. */
export const hearingDefinitions: readonly Definition<StreamReport, CallRecord>[] = [
  { name: 'media.mouth_to_ear', kind: 'histogram', value: delaysOf },
  { name: 'media.start_clipping', kind: 'histogram', value: startClipping },
]
