import { mapping, percent, steps } from '../fields.js'
import { branch } from './branch.js'
import { defineStep } from './step.js'

export const chance = defineStep({
  name: 'chance',
  help: 'Runs `do` in this share of the calls, and `else` in the others.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    of: percent.describe('how many of the calls'),
    do: steps('flow').describe('steps of those'),
    else: steps('flow').optional().describe('steps of the others'),
  }),
  example: '- call: { from: browser, to: phone }\n- chance: { of: 30%, do: [hold 5s], else: [talk 5s] }\n- hang up',
  compile: (values, at) => branch({ kind: 'chance', probability: values.of / 100 }, values, at),
})
