import type { FaultResult } from '../model/fault-result.js'
import type { Check, RunResult } from '../model/result.js'

/** A time for people: `450 ms`, `3.2 s`. */
export function timeText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 100_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1000)} s`
}

const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`

const were = (count: number): string => (count === 1 ? 'was' : 'were')

/** What happened at a fault, sentence by sentence; the first tells what was done. */
export function faultSentences(fault: FaultResult): string[] {
  return [whatWasDone(fault), ...newCalls(fault), ...inProgress(fault), ...requests(fault), ...agents(fault)]
}

function whatWasDone({ name, kind, target, at, for: seconds, made, undone, problem, spells }: FaultResult): string {
  const what = [kind, target].filter((word) => word !== undefined && word !== '').join(' of ')
  const head = what === '' ? name : `${name} (${what})`
  if (made === false) return `${head} was to begin at ${at} s and was not made: ${problem ?? 'no reason is known'}.`
  const times = spells === undefined ? '' : `, ${counted(spells.length, 'time')}`
  const end = undone ? 'and was undone' : 'and was NOT undone'
  const why = problem === undefined ? '' : `: ${problem}`
  return `${head} began at ${at} s, lasted ${timeText(seconds * 1000)}${times} ${end}${why}.`
}

const measured = ({ measures }: FaultResult, name: string): number | undefined =>
  measures[`failover.${name}`] ?? undefined

function newCalls(fault: FaultResult): string[] {
  const { outcome } = fault
  const outageMs = measured(fault, 'signalling_outage')
  if (!outcome || outageMs === undefined) return []
  const { attempted, failed, delayed } = outcome.newCalls
  const detectionMs = measured(fault, 'detection')
  const back =
    outcome.recoveredAfter === null
      ? 'New calls were not as before again until the end of the run'
      : `New calls were as before after ${timeText(outcome.recoveredAfter * 1000)}`
  return [
    `The longest time without a good new call was ${timeText(outageMs)}.`,
    `${back}: of ${counted(attempted, 'call')} attempted until then ${failed} failed and ${delayed} ${were(delayed)} late.`,
    ...(detectionMs === undefined ? [] : [`The first agent turned to another target after ${timeText(detectionMs)}.`]),
  ]
}

function inProgress(fault: FaultResult): string[] {
  const calls = fault.outcome?.calls
  if (!calls || calls.inProgress === 0) return calls ? ['No call was in progress.'] : []
  const parts = [
    `${calls.kept} went on undisturbed`,
    ...(calls.recovered > 0 ? [`${calls.recovered} lost audio and got it back`] : []),
    ...(calls.lost > 0 ? [`${calls.lost} lost audio and ended soon after`] : []),
    ...(calls.zombie > 0 ? [`${calls.zombie} stood up without audio`] : []),
    `${calls.dropped} ${were(calls.dropped)} dropped`,
  ]
  const gapMs = measured(fault, 'media_gap')
  const p95Ms = measured(fault, 'media_gap p95')
  const gap =
    gapMs === undefined || calls.kept === calls.inProgress
      ? []
      : [`The longest gap in audio was ${timeText(gapMs)}${p95Ms === undefined ? '' : `, p95 ${timeText(p95Ms)}`}.`]
  return [`Of ${counted(calls.inProgress, 'call')} in progress ${listed(parts)}.`, ...gap]
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

function requests(fault: FaultResult): string[] {
  const percent = measured(fault, 'orphaned_requests')
  const held = measured(fault, 'unreleased_calls')
  return [
    ...(percent === undefined || percent === 0
      ? []
      : [`${shareText(percent)} of the requests within those calls found nobody who knew them.`]),
    ...(held === undefined || held === 0
      ? []
      : [`${shareText(held)} of those that were hung up may be stuck at the gateway: nobody answered their BYE.`]),
  ]
}

const shareText = (percent: number): string => `${Math.round(percent * 10) / 10} %`

function agents(fault: FaultResult): string[] {
  const lost = measured(fault, 'registrations_lost')
  if (lost === undefined || lost === 0) return []
  const allMs = measured(fault, 'all_registered')
  const peak = measured(fault, 'registration_peak')
  const back =
    allMs === undefined
      ? `${Math.round(measured(fault, 'registrations_regained') ?? 0)} % of them came back`
      : `the last was back after ${timeText(allMs)}`
  const storm = peak === undefined ? '' : `; at most ${counted(peak, 'REGISTER')} came within a second`
  return [`${counted(lost, 'agent')} lost their registration; ${back}${storm}.`]
}

/** Thresholds on what faults did: the budget of a drill. */
export const budgetOf = ({ checks }: RunResult): Check[] => checks.filter(({ title }) => title.startsWith('failover.'))

/** The verdict on the budget, in one sentence and one for each limit that was not kept; empty without faults. */
export function budgetSentences(result: RunResult): string[] {
  if (result.faults.length === 0) return []
  const budget = budgetOf(result)
  if (budget.length === 0) return ['The scenario sets no limit on what its faults may do.']
  const missed = budget.filter(({ verdict }) => verdict === 'fail')
  const open = budget.filter(({ verdict }) => verdict === 'inconclusive')
  const head =
    missed.length > 0
      ? `The harm was beyond its budget: ${missed.length} of ${counted(budget.length, 'limit')} ${were(missed.length)} missed.`
      : open.length > 0
        ? `Nothing is proven: ${open.length} of ${counted(budget.length, 'limit')} had nothing to judge.`
        : `The harm stayed within its budget: ${counted(budget.length, 'limit')} kept.`
  return [
    head,
    ...missed.map(({ title, measured: got }) => `Missed: ${title} (it was ${got}).`),
    ...open.map(({ title }) => `Not judged: ${title} (nothing was measured).`),
  ]
}
