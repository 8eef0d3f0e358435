import type { FaultResult } from '../model/fault-result.js'
import type { RunResult } from '../model/result.js'
import { figure } from './figures.js'

/** A fault as a row: name, what it was, when, for how long, and how it ended. */
export function faultRows(result: RunResult): string[][] {
  return result.faults.map((fault) => [
    fault.name,
    [fault.kind ?? '', fault.target ?? ''].filter((part) => part !== '').join(' '),
    figure(fault.at, 's'),
    `${figure(fault.for, 's')}${fault.spells ? ` (${fault.spells.length} times)` : ''}`,
    endOf(fault),
  ])
}

export const faultColumns = ['fault', 'what', 'at', 'for', 'undone'] as const

const endOf = ({ made, undone, problem }: FaultResult): string =>
  `${made === false ? 'NOT MADE' : undone ? 'yes' : 'NO'}${problem === undefined ? '' : `: ${problem}`}`
