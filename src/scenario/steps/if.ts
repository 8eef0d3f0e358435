import type { Condition } from '../../model/instruction.js'
import { mapping, steps, text } from '../fields.js'
import { branch } from './branch.js'
import { defineStep, type StepPlace } from './step.js'

const comparison = /^((?:\$\{[^}]*\}|[^$<>=!]|\$(?!\{))*?)(==|!=|<=|>=|<|>)(.*)$/s

const unquoted = (side: string): string => side.trim().replace(/^(["'])(.*)\1$/s, '$2')

/** `LEFT == RIGHT` with != < <= > >=; numbers compare as numbers. */
function readCondition(source: string, at: StepPlace): Condition {
  const match = comparison.exec(source)
  if (match === null) {
    const hint = `write it such as "\${status} == 200"`
    at.reading.problem([...at.path, 'when'], `"${source}" does not compare anything`, { hint })
  }
  const [, left = '', operator = '==', right = ''] = match ?? []
  return {
    kind: 'compare',
    left: at.text(unquoted(left), 'when'),
    operator: operator as '==' | '!=' | '<' | '<=' | '>' | '>=',
    right: at.text(unquoted(right), 'when'),
  }
}

export const ifStep = defineStep({
  name: 'if',
  help: 'Runs `do` when a comparison holds, and `else` when it does not.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    when: text.describe('two texts with ==, !=, <, <=, > or >= between them'),
    do: steps('flow').describe('steps to run when it holds'),
    else: steps('flow').optional().describe('steps to run when it does not'),
  }),
  example: `- call: { from: browser, to: phone, expect: [200, 486] }
- if: { when: "\${status} == 200", do: [talk 3s, hang up], else: [wait 1s] }`,
  compile: (values, at) => branch(readCondition(values.when, at), values, at),
})
