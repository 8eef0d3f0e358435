import type { Clock } from '../../base/clock.js'
import { exitCode } from '../../base/error-table.js'
import type { FaultEvent } from '../../model/fault-event.js'
import type { Setting } from './setting.js'

/** Before anything is sent: every fault is found possible, and what it will do is shown. */
export async function readyDrill(
  { drill, options, output, interruption }: Setting,
  clock: Clock,
  tell: (event: FaultEvent) => void,
): Promise<void> {
  if (!drill) return
  await drill.prepare(clock, tell)
  if (!options.quiet) for (const line of drill.plan) output.err(`drill: ${line}\n`)
  interruption.onStop(() => void drill.end())
}

/** A fault that could not be made, or not be undone, is told whatever else is. */
export function drillExits({ drill, output }: Setting): number[] {
  const problems = drill?.problems ?? []
  for (const problem of problems) output.err(`siploadgen: THE DRILL FAILED: ${problem}\n`)
  if (problems.some((problem) => problem.includes('undone'))) output.err('siploadgen: siploadgen cleanup tries again\n')
  return problems.length === 0 ? [] : [exitCode.environment]
}
