import { headers, integer, mapping, text } from '../fields.js'
import { defineStep } from './step.js'

export const reject = defineStep({
  name: 'reject',
  help: 'Refuses the call with a final response.',
  contexts: ['when called'],
  effect: 'precedes',
  arguments: mapping({
    status: integer(300, 699).describe('the final status'),
    reason: text.optional().describe('the reason phrase; that of the RFC when left out'),
    headers: headers.optional().describe('header fields to add, such as Retry-After'),
  }),
  short: {
    form: 'reject 486',
    read: (rest) => (/^\d{3}$/.test(rest) ? { status: Number(rest) } : undefined),
  },
  example: '- ring 500ms\n- reject 486',
  compile: (values, at) => [
    {
      op: 'reject',
      status: values.status,
      reason: values.reason,
      headers: at.headers(values.headers, 'headers'),
    },
  ],
})
