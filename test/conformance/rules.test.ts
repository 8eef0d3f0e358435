import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { statementOf } from '../../src/conformance/catalogue.js'
import { Inspector } from '../../src/conformance/inspector.js'
import { rules } from '../../src/conformance/rules/registry.js'
import type { Entry } from '../../src/conformance/tally.js'
import { eventsOf, readFlow, type Step } from './flow.js'
import { mutants } from './mutants/registry.js'

const flows = readdirSync(new URL('../fixtures/flows/', import.meta.url)).map((file) => file.replace('.flow', ''))

function inspect(steps: readonly Step[]): readonly Entry[] {
  const inspector = new Inspector(rules)
  for (const event of eventsOf(steps)) inspector.event(event)
  inspector.end()
  return inspector.tally.entries()
}

const violated = (entries: readonly Entry[]): string[] =>
  [...new Set(entries.filter(({ counts }) => counts.violation > 0).map(({ rule }) => rule))].sort()

const describeViolations = (entries: readonly Entry[]): string =>
  entries
    .filter(({ counts }) => counts.violation > 0)
    .map(({ rule, element, examples }) => `${rule} at ${element}: ${examples[0]?.found}\n${examples[0]?.text}`)
    .join('\n\n')

describe('every rule', () => {
  test('is a statement of the catalogue and stands once in the registry', () => {
    const ids = rules.map(({ id }) => id)
    expect(ids.filter((id) => statementOf(id) === undefined)).toEqual([])
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('has a mutant, and every mutant a rule', () => {
    const ids = new Set(rules.map(({ id }) => id))
    expect([...ids].filter((id) => mutants[id] === undefined)).toEqual([])
    expect(Object.keys(mutants).filter((id) => !ids.has(id))).toEqual([])
  })
})

describe('a correct flow gives no violation:', () => {
  test.each(flows)('%s', (name) => expect(describeViolations(inspect(readFlow(name)))).toBe(''))
})

describe('passes a correct flow, and its mutant breaks it and nothing unrelated:', () => {
  test.each(Object.entries(mutants))('%s', (id, { flow, mutate, passing, also = [] }) => {
    const correct = inspect(passing?.(readFlow(flow)) ?? readFlow(flow))
    const passes = correct.filter(({ rule, counts }) => rule === id && counts.pass > 0 && counts.violation === 0)
    expect(passes.length, `the flow ${flow} does not exercise the rule`).toBeGreaterThan(0)
    const broken = inspect(mutate(readFlow(flow)))
    expect(violated(broken), describeViolations(broken)).toEqual([id, ...also].sort())
  })
})
