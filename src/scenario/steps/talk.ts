import { duration, mapping } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const talk = defineStep({
  name: 'talk',
  help: 'Both sides send and receive audio for this time.',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({ for: duration.describe('how long') }),
  short: shortFor('talk 30s', 'for'),
  example: '- call: { from: browser, to: phone }\n- talk 10s to 60s\n- hang up',
  compile: (values) => [{ op: 'wait', duration: values.for, withMedia: true }],
})
