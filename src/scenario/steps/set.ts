import * as z from 'zod'
import { text } from '../fields.js'
import { defineStep, type StepPlace } from './step.js'

function checkName(name: string, at: StepPlace): void {
  const why = Object.hasOwn(at.reading.inputs, name)
    ? 'is an input, and inputs do not change'
    : /^[A-Za-z_]\w*$/.test(name)
      ? undefined
      : 'cannot be the name of a variable'
  if (why !== undefined) at.reading.problem([...at.path, name], `"${name}" ${why}`, { key: true })
}

export const set = defineStep({
  name: 'set',
  help: 'Gives variables of this call a value.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: z.record(z.string(), text, { error: 'expected a mapping of names to values' }),
  example: `- set: { extension: "\${2000 + call % 10}" }`,
  compile: (values, at) =>
    Object.entries(values).map(([name, value]) => {
      checkName(name, at)
      return { op: 'set', name, value: at.text(value, name) }
    }),
})
