import { mapping, text } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const fail = defineStep({
  name: 'fail',
  help: 'Ends the flow; the call counts as failed for this reason.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({ reason: text.describe('one sentence for the report') }),
  short: shortFor('fail no voice mail', 'reason'),
  example: `- call: { from: browser, to: phone, expect: [200, 4xx] }
- if: { when: "\${status} == 404", do: [fail the number is gone] }`,
  compile: (values, at) => [{ op: 'fail', reason: at.text(values.reason, 'reason') }],
})
