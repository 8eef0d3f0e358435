import { choice, mapping, role } from '../fields.js'
import { accepted } from './hold.js'
import { bareOrBy, defineStep } from './step.js'

export const resume = defineStep({
  name: 'resume',
  help: 'Takes a held call back with an offer of a=sendrecv (RFC 3264 8.4).',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    by: role.optional().describe('who takes it back; the side whose steps these are when left out'),
    method: choice(['re-invite', 'update']).optional().describe('re-invite when left out'),
  }),
  short: bareOrBy('resume'),
  example: '- call: { from: browser, to: phone }\n- hold\n- wait 3s\n- resume\n- hang up',
  compile: (values, at) => [
    {
      op: 're-invite',
      by: values.by ?? at.ownRole,
      direction: 'sendrecv',
      keys: 'same',
      method: values.method === 'update' ? 'UPDATE' : 'INVITE',
      expect: accepted,
    },
  ],
})
