import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { statementOf } from '../../src/conformance/catalogue.js'
import { rules } from '../../src/conformance/rules/registry.js'
import { readFlow } from './flow.js'
import { describeViolations, inspect, violated } from './inspect.js'
import { mutants } from './mutants/registry.js'

const flows = readdirSync(new URL('../fixtures/flows/', import.meta.url)).map((file) => file.replace('.flow', ''))

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
