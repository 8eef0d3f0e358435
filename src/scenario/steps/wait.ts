import { duration, mapping } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const wait = defineStep({
  name: 'wait',
  help: 'Waits; nothing is expected to happen meanwhile.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({ for: duration.describe('how long') }),
  short: shortFor('wait 2s', 'for'),
  example: '- wait exponential 2s',
  compile: (values) => [{ op: 'wait', duration: values.for, withMedia: false }],
})
