import { mapping, text } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const label = defineStep({
  name: 'label',
  help: 'A place in the flow that `go to` and `otherwise` can name.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({ name: text.describe('what it is called') }),
  short: shortFor('label again', 'name'),
  example: '- label again\n- wait 1s\n- chance: { of: 50%, do: [go to again] }',
  compile: (values, at) => [{ mark: at.userLabel(values.name) }],
})
