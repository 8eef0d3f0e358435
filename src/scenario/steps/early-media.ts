import { duration, mapping } from '../fields.js'
import { defineStep, shortFor } from './step.js'

export const earlyMedia = defineStep({
  name: 'early media',
  help: 'Sends 183 Session Progress with an SDP answer and audio before the call is answered (RFC 3960).',
  contexts: ['when called'],
  effect: 'precedes',
  arguments: mapping({ for: duration.describe('how long') }),
  short: shortFor('early media 2s', 'for'),
  example: '- early media 2s\n- answer',
  compile: (values) => [{ op: 'ring', duration: values.for, status: 183, earlyMedia: true }],
})
