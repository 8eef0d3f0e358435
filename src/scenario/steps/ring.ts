import { duration, integer, mapping } from '../fields.js'
import { defineStep, shortOrBare } from './step.js'

export const ring = defineStep({
  name: 'ring',
  help: 'Sends 180 Ringing, or another provisional response, and waits.',
  contexts: ['when called'],
  effect: 'precedes',
  arguments: mapping({
    for: duration.optional().describe('how long before the next step; at once when left out'),
    status: integer(101, 199).optional().describe('the provisional status, 180 when left out'),
  }),
  short: shortOrBare('ring 200ms', 'for'),
  example: '- ring 200ms\n- answer',
  compile: (values) => [
    {
      op: 'ring',
      duration: values.for ?? { kind: 'fixed', ms: 0 },
      status: values.status ?? 180,
      earlyMedia: false,
    },
  ],
})
