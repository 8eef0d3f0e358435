import type { DrillCall } from '../drill-facts.js'
import { type FaultView, isBad, isDelayed, keyOf } from '../fault-view.js'
import type { GroupValue, Measure } from '../measure.js'

/**
 * Between the answer of the last good call that was begun before the fault and that of the first begun after it. One
 * value for all calls, and one for the agents of each group that a target served before, where a call of theirs failed
 * or was late: others had no outage, only the pause between two calls.
 */
export const signallingOutage: Measure = {
  name: 'failover.signalling_outage',
  kind: 'histogram',
  per: 'fault',
  values(view) {
    if (view.attempts.length === 0) return []
    return [outage(view, view.before, view.attempts), ...outagesOfServed(view)]
  },
}

function outage(view: FaultView, before: readonly DrillCall[], attempts: readonly DrillCall[]): number {
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { answeredMs } of before) {
    if (answeredMs !== undefined && answeredMs <= view.atMs) lastMs = Math.max(lastMs, answeredMs)
  }
  const firstMs = firstAnswer(attempts) ?? view.untilMs
  return firstMs - (lastMs === Number.NEGATIVE_INFINITY ? view.atMs : lastMs)
}

function firstAnswer(attempts: readonly DrillCall[]): number | undefined {
  let firstMs: number | undefined
  for (const { answeredMs } of attempts) {
    if (answeredMs !== undefined && (firstMs === undefined || answeredMs < firstMs)) firstMs = answeredMs
  }
  return firstMs
}

function outagesOfServed(view: FaultView): GroupValue[] {
  const servedBy = new Map<string, string>()
  for (const call of view.before) {
    if (call.answeredMs !== undefined && call.target !== undefined) servedBy.set(keyOf(call), call.target)
  }
  const classes = new Map<string, { group: string; before: DrillCall[]; attempts: DrillCall[] }>()
  const classOf = (call: DrillCall) => {
    const target = servedBy.get(keyOf(call))
    if (target === undefined) return undefined
    const key = `${call.group} ${target}`
    const known = classes.get(key) ?? { group: call.group, before: [], attempts: [] }
    classes.set(key, known)
    return known
  }
  for (const call of view.before) classOf(call)?.before.push(call)
  for (const call of view.attempts) classOf(call)?.attempts.push(call)
  return [...classes.values()].flatMap(({ group, before, attempts }) => {
    const firstMs = firstAnswer(attempts) ?? Number.POSITIVE_INFINITY
    const isHit = attempts.some(
      (call) => call.startedMs < firstMs && (isBad(call) || isDelayed(call, view.usualSetupMs)),
    )
    return isHit ? [{ group, value: outage(view, before, attempts) }] : []
  })
}
