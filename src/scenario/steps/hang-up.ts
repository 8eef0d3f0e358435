import { headers, mapping, role } from '../fields.js'
import { bareOrBy, defineStep } from './step.js'

export const hangUp = defineStep({
  name: 'hang up',
  help: 'Ends the call with BYE (RFC 3261 15).',
  contexts: ['flow', 'when called'],
  effect: 'ends',
  arguments: mapping({
    by: role.optional().describe('who sends BYE; the side whose steps these are when left out'),
    headers: headers.optional().describe('header fields to add to the BYE'),
  }),
  short: bareOrBy('hang up'),
  example: '- call: { from: browser, to: phone }\n- talk 5s\n- hang up by callee',
  compile: (values, at) => [
    { op: 'hang-up', by: values.by ?? at.ownRole, headers: at.headers(values.headers, 'headers') },
  ],
})
