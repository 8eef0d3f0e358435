import { expected, mapping, milliseconds, text } from '../fields.js'
import { accepted } from './hold.js'
import { defineStep, shortFor } from './step.js'

const defaultExpiresMs = 3_600_000

export const register = defineStep({
  name: 'register',
  help: 'Registers an agent of a group by hand (RFC 3261 10); `expires: 0s` removes its binding.',
  contexts: ['flow'],
  effect: 'none',
  arguments: mapping({
    as: text.describe('the group whose agent registers'),
    expires: milliseconds.optional().describe('lifetime of the binding, 1h when left out'),
    expect: expected.optional().describe('the final status, 2xx when left out'),
  }),
  short: shortFor('register phone', 'as'),
  example: '- register: { as: phone, expires: 10m }\n- register: { as: phone, expires: 0s }',
  compile: (values, at) => [
    {
      op: 'register',
      agent: at.group(values.as, 'as'),
      expect: values.expect ?? accepted,
      expiresSeconds: Math.ceil((values.expires ?? defaultExpiresMs) / 1000),
    },
  ],
})
