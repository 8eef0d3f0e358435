import { choice, expected, mapping, role } from '../fields.js'
import { accepted } from './hold.js'
import { defineStep, shortOrBare } from './step.js'

export const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const

export const reInvite = defineStep({
  name: 're-invite',
  help: 'Sends a new offer within the call (RFC 3261 14).',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    direction: choice(directions).optional().describe('direction of the audio offered, sendrecv when left out'),
    keys: choice(['same', 'new']).optional().describe('new: media: sdes offers other keys; same when left out'),
    by: role.optional().describe('who offers; the side whose steps these are when left out'),
    expect: expected.optional().describe('the final status, 2xx when left out'),
  }),
  short: shortOrBare('re-invite sendonly', 'direction'),
  example: '- call: { from: browser, to: phone }\n- re-invite: { direction: inactive, by: callee }\n- hang up',
  compile: (values, at) => [
    {
      op: 're-invite',
      by: values.by ?? at.ownRole,
      direction: values.direction ?? 'sendrecv',
      keys: values.keys ?? 'same',
      method: 'INVITE',
      expect: values.expect ?? accepted,
    },
  ],
})
