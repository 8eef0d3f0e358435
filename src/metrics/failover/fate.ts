import type { DrillCall, DrillRequest, DrillStream } from './drill-facts.js'

/**
 * What became of a call that was in progress at a fault.
 *
 * - `kept`: its audio went on (or its signalling, where it has no audio).
 * - `recovered`: it lost audio and got it back.
 * - `lost`: audio went away and it ended before it was known whether it would stand up as a zombie.
 * - `zombie`: signalling alive, and no audio so long after the fault.
 * - `dropped`: ended by the fault: by the far side or a failure before its time, or without audio and with nobody left
 *   to answer its BYE.
 */
export const fates = ['kept', 'recovered', 'lost', 'zombie', 'dropped'] as const

export type Fate = (typeof fates)[number]

/** The stretch of time in which a fault can have done something to a call. */
export interface FaultWindow {
  readonly atMs: number
  /** Gaps that begin later are of something else. */
  readonly untilMs: number
  readonly zombieAfterMs: number
  /** Audio that is away for so long is lost. */
  readonly gapMs: number
}

/** A stretch without packets that should have come. */
export interface Silence {
  readonly fromMs: number
  readonly toMs: number
  readonly ms: number
  /** It lasted to the end of the call. */
  readonly isOpen: boolean
}

export interface JudgedCall {
  readonly call: DrillCall
  readonly fate: Fate
  /** Of each direction that had audio at the fault; without those that end with a call that was dropped. */
  readonly gapsMs: readonly number[]
}

/** A stream that ends so long before its call has not merely been overtaken by the BYE. */
const openSilenceMs = 1000

/** Answered, and nobody had hung up yet. */
export const isInProgress = ({ answeredMs, talkEndMs }: DrillCall, atMs: number): boolean =>
  answeredMs !== undefined && answeredMs <= atMs && talkEndMs > atMs

/** It had been heard, and not fallen silent before. */
function hadAudio({ firstPacketMs, lastPacketMs, ptimeMs }: DrillStream, { atMs, gapMs }: FaultWindow): boolean {
  if (firstPacketMs === undefined || lastPacketMs === undefined || firstPacketMs > atMs) return false
  return lastPacketMs > atMs - Math.max(gapMs, 3 * ptimeMs)
}

/** What a direction was without since the fault, the longest first. */
export function silencesOf(stream: DrillStream, call: DrillCall, window: FaultWindow): Silence[] {
  const found: Silence[] = stream.gaps
    .map(({ toMs, ms }) => ({ fromMs: toMs - ms, toMs, ms, isOpen: false }))
    .filter(({ fromMs, toMs }) => toMs > window.atMs && fromMs < window.untilMs)
  const { lastPacketMs, ptimeMs } = stream
  if (lastPacketMs !== undefined && lastPacketMs < window.untilMs) {
    const fromMs = lastPacketMs + ptimeMs
    const ms = call.talkEndMs - fromMs
    if (ms >= openSilenceMs && call.talkEndMs > window.atMs) {
      found.push({ fromMs, toMs: call.talkEndMs, ms, isOpen: true })
    }
  }
  return found.sort((a, b) => b.ms - a.ms)
}

/** No final answer, or one that says that there is no such call (any more). */
export const isOrphaned = ({ finalStatus }: DrillRequest): boolean =>
  finalStatus === 0 || finalStatus === 408 || finalStatus === 481

export function judgeCall(call: DrillCall, window: FaultWindow): JudgedCall {
  const streams = call.streams.filter((stream) => hadAudio(stream, window))
  const silences = streams.map((stream) => silencesOf(stream, call, window))
  const lost = silences.flat().filter(({ ms }) => ms >= window.gapMs)
  const fate = fateOf(call, window, lost, streams.length > 0)
  const gapsMs = streams.map((stream, n) => {
    const counted = (silences[n] ?? []).find(({ isOpen }) => !isOpen || fate !== 'dropped')
    // Short gaps have no time of their own: the longest of the stream bounds them.
    return counted?.ms ?? Math.min(stream.longestGapMs, shortestOf(stream))
  })
  return { call, fate, gapsMs }
}

/** Gaps shorter than this are not kept one by one. */
const shortestKeptMs = 60

const shortestOf = (stream: DrillStream): number =>
  stream.gaps.length > 0 ? Math.min(shortestKeptMs, ...stream.gaps.map(({ ms }) => ms)) : stream.longestGapMs

function fateOf(call: DrillCall, window: FaultWindow, lost: readonly Silence[], hasAudio: boolean): Fate {
  const isGone = lost.some(({ isOpen }) => isOpen)
  if (call.failed && call.outcome !== 'bye-failed') return 'dropped'
  const isDead =
    call.outcome === 'bye-failed' ||
    call.requests.some((request) => request.sentMs > window.atMs && isOrphaned(request))
  if (isDead && (isGone || !hasAudio)) return 'dropped'
  const watchedMs = window.atMs + window.zombieAfterMs
  if (lost.some(({ fromMs, toMs }) => fromMs < watchedMs && toMs >= watchedMs)) return 'zombie'
  if (isGone) return 'lost'
  return lost.length > 0 ? 'recovered' : 'kept'
}
