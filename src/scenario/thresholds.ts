import { transportNames } from '../model/address.js'
import type { PlannedFault } from '../model/fault-event.js'
import type { Threshold } from '../model/scenario.js'
import { parseThreshold, type ThresholdParts } from '../verdict/threshold-grammar.js'
import type { Reading } from './reading.js'
import { didYouMean } from './suggest.js'

/** Reads `expect:`; what narrows a threshold must name what the scenario has. */
export function readThresholds(
  sources: readonly string[],
  groups: readonly string[],
  faults: readonly PlannedFault[],
  reading: Reading,
): Threshold[] {
  const names = faults.map(({ name }) => name)
  return sources.flatMap((source, i) => {
    const path = ['expect', i]
    const parsed = parseThreshold(source)
    if ('fault' in parsed) {
      const { text, offset, unknown } = parsed.fault
      reading.problem(path, unknown ? `${text}${didYouMean(unknown.word, unknown.known)}` : text, { offset })
      return []
    }
    const named = [
      { what: 'group', value: parsed.where.agent, known: groups },
      { what: 'transport', value: parsed.where.transport, known: transportNames as readonly string[] },
      { what: 'fault', value: parsed.where.fault, known: names },
      { what: 'fault', value: parsed.during, known: names },
    ]
    for (const { what, value, known } of named) {
      if (value === undefined || known.includes(value)) continue
      reading.problem(path, `there is no ${what} "${value}"${didYouMean(value, known)}`, {
        offset: source.lastIndexOf(value),
      })
    }
    const { during, ...parts } = parsed
    const narrowed = during === undefined ? {} : narrow(parts, during, faults)
    if (typeof narrowed === 'string') {
      reading.problem(path, narrowed, { offset: source.lastIndexOf('during') })
      return []
    }
    return [{ ...parts, ...narrowed, source: reading.document.place(path) }]
  })
}

/** `during FAULT`: figures of faults are those of that one; others are those of its time. */
function narrow(
  parts: Omit<ThresholdParts, 'during'>,
  during: string,
  faults: readonly PlannedFault[],
): Partial<Threshold> | string {
  if (parts.metric.startsWith('failover.')) return { where: { ...parts.where, fault: during } }
  const fault = faults.find(({ name }) => name === during)
  if (!fault) return {}
  if (parts.between !== undefined) return '"during" and "between" both name a time; leave one of them out'
  if (fault.forMs === undefined) return `the fault "${during}" has no end; say \`between\` instead of \`during\``
  const { everyMs, times } = fault.flapping ?? { everyMs: 0, times: 1 }
  return { between: { fromMs: fault.atMs, toMs: fault.atMs + (times - 1) * everyMs + fault.forMs } }
}
