import { count, mapping, steps } from '../fields.js'
import { defineStep } from './step.js'

export const repeat = defineStep({
  name: 'repeat',
  help: 'Runs steps several times.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    times: count().describe('how often'),
    steps: steps('flow').describe('what is repeated'),
  }),
  example: '- call: { from: browser, to: phone }\n- repeat:\n    times: 3\n    steps: [hold 2s, talk 1s]\n- hang up',
  compile(values, at) {
    const start = at.newLabel()
    const condition = { kind: 'counter', name: start, below: values.times } as const
    return [
      { mark: start },
      ...at.nested(values.steps, 'steps'),
      { operation: { op: 'jump', target: 0, condition }, goTo: start },
    ]
  },
})
