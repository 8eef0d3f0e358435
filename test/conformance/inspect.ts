import { Inspector } from '../../src/conformance/inspector.js'
import { rules } from '../../src/conformance/rules/registry.js'
import type { Entry } from '../../src/conformance/tally.js'
import { eventsOf, type Step } from './flow.js'

/** What all rules find in a flow. */
export function inspect(steps: readonly Step[]): readonly Entry[] {
  const inspector = new Inspector(rules)
  for (const event of eventsOf(steps)) inspector.event(event)
  inspector.end()
  return inspector.tally.entries()
}

export const violated = (entries: readonly Entry[]): string[] =>
  [...new Set(entries.filter(({ counts }) => counts.violation > 0).map(({ rule }) => rule))].sort()

/** The first violation of each rule and element with its evidence, for a failing test. */
export const describeViolations = (entries: readonly Entry[]): string =>
  entries
    .filter(({ counts }) => counts.violation > 0)
    .map(({ rule, element, examples }) => `${rule} at ${element}: ${examples[0]?.found}\n${examples[0]?.text}`)
    .join('\n\n')
