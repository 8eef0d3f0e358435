import type { FaultEvent } from '../../model/fault-event.js'
import type { DrillCall, DrillFacts, DrillNotice, DrillRegistration } from './drill-facts.js'
import { isInProgress, type JudgedCall, judgeCall } from './fate.js'

/** How a drill is judged, beside its facts. */
export interface DrillLimits {
  readonly zombieAfterMs: number
  /** Audio that is away for so long is lost. */
  readonly gapMs: number
  /** What happened until then is known. */
  readonly endMs: number
}

/** One fault and what belongs to it: everything from its beginning to that of the next. Times are of the run's clock. */
export interface FaultView {
  readonly fault: FaultEvent
  readonly atMs: number
  readonly untilMs: number
  /** Calls in progress at the fault, with what became of them. */
  readonly inProgress: readonly JudgedCall[]
  /** Calls attempted before the fault, and from it on, in order of their start. */
  readonly before: readonly DrillCall[]
  readonly attempts: readonly DrillCall[]
  /** The usual time from intended start to the 200, before the fault; undefined without calls before it. */
  readonly usualSetupMs: number | undefined
  /** Start of the first call from which on all went as before; undefined: never. */
  readonly recoveredMs: number | undefined
  readonly registrations: readonly DrillRegistration[]
  /** REGISTERs that succeeded since the fault, those after the next fault included. */
  readonly regained: readonly DrillRegistration[]
  /** Agents that were registered at the fault; not those that an earlier one has cost it and that were not back yet. */
  readonly registered: ReadonlySet<string>
  readonly switches: readonly DrillNotice[]
  readonly losses: readonly DrillNotice[]
  readonly connectionsMs: readonly number[]
}

/** How far back the usual state of things is looked for. */
const baselineMs = 60_000
/** Without a bad call for so long, things are as before. */
const quietMs = 5_000
/** RFC 3261 17.1.1.2: one retransmission by T1 more than usual is late. */
const delayMs = 500

/** One view a fault that was made, in the order of their beginnings. */
export function faultViews(faults: readonly FaultEvent[], facts: DrillFacts, limits: DrillLimits): FaultView[] {
  const ordered = faults.filter(({ made }) => made).sort((a, b) => a.atMs - b.atMs)
  const calls = [...facts.calls].sort((a, b) => a.startedMs - b.startedMs)
  return ordered.map((fault) => {
    const next = ordered.find(({ atMs }) => atMs > fault.atMs)
    return viewOf(fault, next?.atMs ?? limits.endMs, calls, facts, limits)
  })
}

function viewOf(
  fault: FaultEvent,
  untilMs: number,
  calls: readonly DrillCall[],
  facts: DrillFacts,
  limits: DrillLimits,
): FaultView {
  const { atMs } = fault
  const within = (ms: number): boolean => ms >= atMs && ms < untilMs
  const before = calls.filter(({ startedMs }) => startedMs < atMs && startedMs >= atMs - baselineMs)
  const attempts = calls.filter(
    ({ startedMs, interrupted, answeredMs }) =>
      // An attempt that the end of the run cut says nothing.
      within(startedMs) && (!interrupted || answeredMs !== undefined),
  )
  const usualSetupMs = usualSetup(before)
  const { zombieAfterMs, gapMs } = limits
  // Audio that goes away so long after the end of a fault goes away for another reason.
  const hitUntilMs = Math.min(untilMs, (fault.endMs ?? limits.endMs) + zombieAfterMs)
  const window = { atMs, untilMs: hitUntilMs, zombieAfterMs, gapMs }
  const inProgress = calls.filter((call) => isInProgress(call, atMs)).map((call) => judgeCall(call, window))
  return {
    fault,
    atMs,
    untilMs,
    inProgress,
    before,
    attempts,
    usualSetupMs,
    recoveredMs: recoveryOf(attempts, usualSetupMs, fault.endMs ?? untilMs),
    registrations: facts.registrations.filter(({ endedMs }) => within(endedMs)),
    registered: registeredAt(facts, atMs),
    regained: facts.registrations.filter(({ ok, endedMs }) => ok && endedMs >= atMs && endedMs < limits.endMs),
    switches: facts.switches.filter((notice) => within(notice.atMs)),
    losses: facts.losses.filter((notice) => within(notice.atMs)),
    connectionsMs: facts.connectionsMs.filter(within),
  }
}

/** Agents whose last success came after whatever has cost them their registration before. */
function registeredAt({ registrations, losses, switches }: DrillFacts, atMs: number): ReadonlySet<string> {
  const lostMs = new Map<string, number>()
  const failed = registrations.filter(({ ok }) => !ok).map((each) => ({ ...each, atMs: each.endedMs }))
  for (const notice of [...losses, ...switches, ...failed]) {
    const key = keyOf(notice)
    if (notice.atMs < atMs) lostMs.set(key, Math.max(notice.atMs, lostMs.get(key) ?? notice.atMs))
  }
  const registered = registrations.filter(
    (each) => each.ok && each.endedMs < atMs && each.endedMs >= (lostMs.get(keyOf(each)) ?? each.endedMs),
  )
  return new Set(registered.map(keyOf))
}

/** An agent by group and name. */
export const keyOf = ({ group, agent }: { readonly group: string; readonly agent: string }): string =>
  `${group} ${agent}`

function usualSetup(before: readonly DrillCall[]): number | undefined {
  const setups = before.flatMap(({ answeredMs, intendedMs }) =>
    answeredMs === undefined ? [] : answeredMs - intendedMs,
  )
  return setups.sort((a, b) => a - b)[setups.length >> 1]
}

/** It was not set up. */
export const isBad = ({ failed, answeredMs }: DrillCall): boolean => failed && answeredMs === undefined

/** It was set up later than usual. */
export const isDelayed = ({ answeredMs, intendedMs }: DrillCall, usualSetupMs: number | undefined): boolean =>
  answeredMs !== undefined && answeredMs - intendedMs > (usualSetupMs ?? 0) + delayMs

/** A bad call while the fault is in force is of the fault, however quiet it was before. */
function recoveryOf(
  attempts: readonly DrillCall[],
  usualSetupMs: number | undefined,
  inForceUntilMs: number,
): number | undefined {
  let recoveredMs: number | undefined
  for (const call of attempts) {
    if (isBad(call) || isDelayed(call, usualSetupMs)) {
      const isOver = call.startedMs > inForceUntilMs
      if (recoveredMs !== undefined && isOver && call.startedMs - recoveredMs > quietMs) return recoveredMs
      recoveredMs = undefined
    } else if (call.answeredMs !== undefined) recoveredMs ??= call.startedMs
  }
  return recoveredMs
}

/** Attempts between the fault and recovery, the first good one included. */
export function attemptsUntilRecovery({ attempts, recoveredMs }: FaultView): readonly DrillCall[] {
  return attempts.filter(({ startedMs }) => recoveredMs === undefined || startedMs <= recoveredMs)
}

/** The same of the calls and agents of one group. */
export function viewOfGroup(view: FaultView, group: string): FaultView {
  const own = <T extends { readonly group: string }>(all: readonly T[]): T[] =>
    all.filter((each) => each.group === group)
  return {
    ...view,
    inProgress: view.inProgress.filter(({ call }) => call.group === group),
    before: own(view.before),
    attempts: own(view.attempts),
    registrations: own(view.registrations),
    regained: own(view.regained),
    switches: own(view.switches),
    losses: own(view.losses),
  }
}

/** Groups that placed calls or registered. */
export function groupsOf(view: FaultView): string[] {
  const groups = new Set(view.inProgress.map(({ call }) => call.group))
  for (const each of [view.before, view.attempts, view.registrations, view.losses].flat()) groups.add(each.group)
  return [...groups]
}
