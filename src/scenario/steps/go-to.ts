import { mapping, text } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const goTo = defineStep({
  name: 'go to',
  help: 'Goes on at a label of the same flow.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({ label: text.describe('the label') }),
  short: shortFor('go to again', 'label'),
  example: '- label again\n- wait 1s\n- chance: { of: 50%, do: [go to again] }',
  compile: (values, at) => [
    { operation: { op: 'jump', target: 0, condition: undefined }, goTo: at.userLabel(values.label) },
  ],
})
