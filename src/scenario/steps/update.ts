import { choice, expected, mapping, role } from '../fields.js'
import { accepted } from './hold.js'
import { directions } from './re-invite.js'
import { defineStep, shortOrBare } from './step.js'

export const update = defineStep({
  name: 'update',
  help: 'Sends a new offer by UPDATE (RFC 3311).',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    direction: choice(directions).optional().describe('direction of the audio offered, sendrecv when left out'),
    keys: choice(['same', 'new']).optional().describe('new: media: sdes offers other keys; same when left out'),
    by: role.optional().describe('who offers; the side whose steps these are when left out'),
    expect: expected.optional().describe('the final status, 2xx when left out'),
  }),
  short: shortOrBare('update sendonly', 'direction'),
  example: '- call: { from: browser, to: phone }\n- update: { direction: sendonly, expect: 200 }\n- hang up',
  compile: (values, at) => [
    {
      op: 're-invite',
      by: values.by ?? at.ownRole,
      direction: values.direction ?? 'sendrecv',
      keys: values.keys ?? 'same',
      method: 'UPDATE',
      expect: values.expect ?? accepted,
    },
  ],
})
