import type { FaultFigures } from '../../metrics/failover/drill.js'
import type { FaultEvent, FaultSpell } from '../../model/fault-event.js'
import type { FaultResult } from '../../model/fault-result.js'

const seconds = (ms: number): number => Math.round(ms) / 1000

const outcomeOf = (figures: FaultFigures | undefined) => (figures ? { outcome: figures.outcome } : {})

/** The faults of a run as its result shows them; one that is still in force has lasted until now. */
export function faultResults(
  events: readonly FaultEvent[],
  figures: readonly FaultFigures[],
  startMs: number,
  nowMs: number,
): FaultResult[] {
  const stretch = ({ atMs, endMs }: FaultSpell) => ({
    at: seconds(atMs - startMs),
    for: seconds((endMs ?? nowMs) - atMs),
  })
  const byId = new Map(figures.map((each) => [each.id, each]))
  return events.map((event) => ({
    name: event.name,
    ...stretch(event),
    undone: event.undone,
    ...(event.made ? {} : { made: false as const }),
    measures: byId.get(event.id)?.measures ?? {},
    kind: event.kind,
    ...(event.target === undefined ? {} : { target: event.target }),
    ...(event.spells.length > 1 ? { spells: event.spells.map(stretch) } : {}),
    ...(event.problem === undefined ? {} : { problem: event.problem }),
    ...outcomeOf(byId.get(event.id)),
  }))
}

/** The faults as the live screen shows them; seconds from the start of load. */
export function faultLines(events: readonly FaultEvent[], startMs: number, nowMs: number): string[] {
  return events.map(({ name, made, atMs, endMs, undone, problem }) => {
    const from = ((atMs - startMs) / 1000).toFixed(1)
    const why = problem === undefined ? '' : `: ${problem}`
    if (!made) return `${name} at ${from} s, not made${why}`
    if (endMs === undefined) return `${name} since ${from} s, for ${((nowMs - atMs) / 1000).toFixed(1)} s now${why}`
    return `${name} from ${from} s to ${((endMs - startMs) / 1000).toFixed(1)} s, ${undone ? '' : 'not '}undone${why}`
  })
}
