import { transportNames } from '../model/address.js'
import type { Threshold } from '../model/scenario.js'
import { parseThreshold } from '../verdict/threshold-grammar.js'
import type { Reading } from './reading.js'
import { didYouMean } from './suggest.js'

/** Reads `expect:`; tags that narrow a threshold must name what the scenario has. */
export function readThresholds(sources: readonly string[], groups: readonly string[], reading: Reading): Threshold[] {
  return sources.flatMap((source, i) => {
    const path = ['expect', i]
    const parsed = parseThreshold(source)
    if ('fault' in parsed) {
      const { text, offset, unknown } = parsed.fault
      reading.problem(path, unknown ? `${text}${didYouMean(unknown.word, unknown.known)}` : text, { offset })
      return []
    }
    const named = { agent: groups, transport: transportNames as readonly string[] }
    for (const [tag, known] of Object.entries(named)) {
      const value = parsed.where[tag]
      if (value === undefined || known.includes(value)) continue
      const what = tag === 'agent' ? 'group' : 'transport'
      reading.problem(path, `there is no ${what} "${value}"${didYouMean(value, known)}`, {
        offset: source.lastIndexOf(value),
      })
    }
    return [{ ...parsed, source: reading.document.place(path) }]
  })
}
