import { Journal } from './journal.js'
import { isSame } from './process-identity.js'
import { describeUndo, performUndo } from './undo.js'

export interface CleanupReport {
  /** What was done, a line each. */
  readonly done: readonly string[]
  /** What could not be, with why. */
  readonly failed: readonly string[]
  /** Runs that still go on, and are left alone. */
  readonly running: readonly string[]
}

/**
 * Undoes what runs left behind that did not come to their end, the latest change first. `run` names one run, and then
 * it is undone even while its process lives, which is about to end.
 */
export async function cleanUp(folder: string, run?: string): Promise<CleanupReport> {
  const report = { done: [] as string[], failed: [] as string[], running: [] as string[] }
  const { journals, unreadable } = Journal.all(folder)
  for (const file of unreadable) report.failed.push(`the journal ${file} cannot be read: undo by hand what it says`)
  for (const journal of journals) {
    const { content } = journal
    const name = `${content.scenario} (run ${content.run})`
    if (run !== undefined && content.run !== run) continue
    if (run === undefined && isSame(content.owner))
      report.running.push(`${name} goes on as process ${content.owner.pid}`)
    else await undoAll(journal, name, report)
  }
  return report
}

async function undoAll(journal: Journal, name: string, report: { done: string[]; failed: string[] }): Promise<void> {
  for (const entry of [...journal.content.entries].reverse()) {
    const what = `${name}: ${entry.of}: ${describeUndo(entry.undo)}`
    const problem = await performUndo(entry.undo)
    if (problem === undefined) {
      journal.remove(entry)
      report.done.push(what)
    } else report.failed.push(`${what}: ${problem}`)
  }
}
