import type { Place } from '../../src/base/errors.js'
import type { AgentGroup, Scenario } from '../../src/model/scenario.js'
import { readScenario } from '../../src/scenario/read-scenario.js'

/** A file name in the fixtures folder, so that data files named in a scenario are found. */
export const fixtureFile = 'test/fixtures/scenario/inline.yaml'

/** Marks in a text where a problem is expected. */
const mark = '«'

/** Removes the marks and says where they stood. */
export function unmark(marked: string): { text: string; places: { line: number; column: number }[] } {
  const places: { line: number; column: number }[] = []
  const lines = marked.split('\n').map((line, i) => {
    let rest = line
    for (let at = rest.indexOf(mark); at !== -1; at = rest.indexOf(mark)) {
      places.push({ line: i + 1, column: at + 1 })
      rest = rest.slice(0, at) + rest.slice(at + 1)
    }
    return rest
  })
  return { text: lines.join('\n'), places }
}

export interface Found {
  readonly line: number
  readonly column: number
  readonly text: string
}

/** The problems of a scenario text, without hints. */
export function problemsOf(
  text: string,
  set: Record<string, string> = {},
): (Found & { code: string; place: Place; hint: string })[] {
  const result = readScenario(text, fixtureFile, { set })
  if ('scenario' in result) return []
  return result.problems.map(({ place, text: found, code, hint }) => ({
    line: place.line,
    column: place.column,
    text: found,
    code,
    place,
    hint,
  }))
}

/** A scenario that must be right. */
export function scenarioOf(text: string, set: Record<string, string> = {}): Scenario {
  const result = readScenario(text, fixtureFile, { set, seed: 7 })
  if ('scenario' in result) return result.scenario
  throw new Error(
    result.problems.map((problem) => `${problem.place.line}:${problem.place.column} ${problem.text}`).join('\n'),
  )
}

/** Two groups and a flow of these steps. */
export const withFlow = (steps: string): string => `version: 1
agents:
  browser: { count: 2, identity: "sip:\${1000 + n}@lab.test" }
  phone: { count: 2, identity: "sip:\${2000 + n}@lab.test" }
flows:
  talk:
${steps.replace(/^(?=.)/gm, '    ')}
load: { rate: 1/s, for: 10s }
`

/** One group that runs these steps when it is called. */
export const withCalled = (steps: string): string => `version: 1
agents:
  phone:
    count: 2
    identity: sip:\${2000 + n}@lab.test
    when called:
${steps.replace(/^(?=.)/gm, '      ')}
load: { for: 10s }
`

/** One group with these keys. */
export const withGroup = (keys: string, gateway = 'embedded'): string => `version: 1
gateway: ${gateway}
agents:
  phone:
    identity: sip:\${2000 + n}@lab.test
${keys.replace(/^(?=.)/gm, '    ')}
load: { for: 10s }
`

/** A flow that calls, with this load. */
export const withLoad = (load: string, more = ''): string => `version: 1
agents:
  phone: { count: 2, identity: "sip:\${2000 + n}@lab.test" }
flows:
  talk: [{ call: { from: phone, to: phone } }, hang up]
load: ${load}
${more}`

/** The one group of a scenario with these keys. */
export const groupOf = (keys: string, gateway?: string): AgentGroup => {
  const [group] = scenarioOf(withGroup(keys, gateway)).groups
  if (group === undefined) throw new Error('a scenario without groups')
  return group
}
