import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Inspector } from '../../src/conformance/inspector.js'
import { durationMarks } from '../../src/conformance/precedent/duration-marks.js'
import { rules } from '../../src/conformance/rules/registry.js'
import { eventsOf, readFlow, type Step } from './flow.js'
import { mutants } from './mutants/registry.js'

const flows = readdirSync(new URL('../fixtures/flows/', import.meta.url)).map((file) => file.replace('.flow', ''))

/** The flow as another call of the same phones: later, with identifiers of its own. */
function asCall(steps: readonly Step[], call: number, everyMs = 5_000_000): Step[] {
  const own = (token: string): string => `${token}x${call}`
  return steps.map((step) => ({
    ...step,
    atMs: step.atMs + call * everyMs,
    text: step.text
      .replace(/;tag=([\w.-]+)/g, (_, tag) => `;tag=${own(tag)}`)
      .replace(/branch=(z9hG4bK[\w.-]+)/g, (_, branch) => `branch=${own(branch)}`)
      .replace(/^Call-ID: ([\w.-]+)/m, (_, id) => `Call-ID: ${own(id)}`),
  }))
}

/** What each rule found, without evidence, with precedents or with every conversation judged by itself. */
function counts(steps: readonly Step[], options: { precedents: boolean }): string[] {
  const inspector = new Inspector(rules, options)
  for (const event of eventsOf(steps)) inspector.event(event)
  inspector.end()
  return inspector.tally
    .entries()
    .map(({ rule, element, counts: each, reasons }) => JSON.stringify([rule, element, each, [...reasons]]))
}

function expectTheSame(steps: readonly Step[]): void {
  expect(counts(steps, { precedents: true })).toEqual(counts(steps, { precedents: false }))
}

describe('a conversation like one before is judged as if there had been none:', () => {
  test.each(flows)('%s, six times', (name) => {
    const steps = readFlow(name)
    expectTheSame(Array.from({ length: 6 }, (_, call) => asCall(steps, call)).flat())
  })

  test.each(Object.entries(mutants))(
    'the mutant of %s after five correct calls, and five of it',
    (_id, { flow, mutate }) => {
      const [correct, broken] = [readFlow(flow), mutate(readFlow(flow))]
      const calls = Array.from({ length: 10 }, (_, call) => asCall(call < 5 ? correct : broken, call))
      expectTheSame(calls.flat())
    },
  )

  test.each(Object.entries(mutants))(
    'the mutant of %s, in calls that overlap where the capture begins and where it ends',
    (_id, { flow, mutate }) => {
      const broken = mutate(readFlow(flow))
      const calls = Array.from({ length: 24 }, (_, call) => asCall(broken, call, 2500))
      expectTheSame(calls.flat().sort((a, b) => a.atMs - b.atMs))
    },
  )

  test('all flows, three times in turn', () => {
    const all = flows.map(readFlow)
    expectTheSame(Array.from({ length: 3 * all.length }, (_, call) => asCall(all[call % all.length]!, call)).flat())
  })
})

test('the times that rules measure by are all among the marks', () => {
  const folder = new URL('../../src/conformance/', import.meta.url)
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter(
    (file) => /^(rules|model)\/|vocabulary/.test(file) && file.endsWith('.ts'),
  )
  const times = files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/_MS = ([\d_]+)|[aA]tMs [-+] (\d+)/g)].map(
      ([, constant, inline]) => Number((constant ?? inline)?.replaceAll('_', '')),
    ),
  )
  expect(times.length).toBeGreaterThan(10)
  expect(times.filter((ms) => !durationMarks.includes(ms))).toEqual([])
})
