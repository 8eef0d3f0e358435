import type { Direction, Expected, Operation } from '../../model/instruction.js'
import { choice, duration, mapping, role } from '../fields.js'
import { defineStep, shortOrBare } from './step.js'

/** A new offer that is expected to be accepted. */
export const accepted: Expected = { codes: [], classes: [2] }

export const hold = defineStep({
  name: 'hold',
  help: 'Puts the call on hold with an offer of a=sendonly (RFC 3264 8.4), and after the time, if there is one, takes it back.',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    for: duration.optional().describe('how long; until a resume step when left out'),
    by: role.optional().describe('who holds; the side whose steps these are when left out'),
    method: choice(['re-invite', 'update']).optional().describe('re-invite when left out'),
  }),
  short: shortOrBare('hold 5s', 'for'),
  example: '- call: { from: browser, to: phone }\n- talk 2s\n- hold 5s\n- talk 2s\n- hang up',
  compile(values, at) {
    const method = values.method === 'update' ? 'UPDATE' : 'INVITE'
    const offer = (direction: Direction): Operation => {
      return { op: 're-invite', by: values.by ?? at.ownRole, direction, keys: 'same', method, expect: accepted }
    }
    if (values.for === undefined) return [offer('sendonly')]
    return [offer('sendonly'), { op: 'wait', duration: values.for, withMedia: false }, offer('sendrecv')]
  },
})
