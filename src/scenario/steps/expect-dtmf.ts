import { mapping, positiveMilliseconds, role, text } from '../fields.js'
import { digitsText } from './dtmf.js'
import { defineStep, shortFor } from './step.js'

export const expectDtmf = defineStep({
  name: 'expect dtmf',
  help: 'Waits until a side has heard these digits; the call fails when it does not.',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    digits: text.describe('0 to 9, A to D, * and #'),
    by: role.optional().describe('who hears them, the callee when left out'),
    within: positiveMilliseconds.optional().describe('patience, 5s when left out'),
  }),
  short: shortFor('expect dtmf: "12#"', 'digits'),
  example:
    '- call: { from: browser, to: phone }\n- dtmf: "12#"\n- expect dtmf: { digits: "12#", within: 2s }\n- hang up',
  compile: (values, at) => [
    {
      op: 'expect-dtmf',
      by: values.by ?? 'callee',
      digits: digitsText(values.digits, at),
      withinMs: values.within ?? 5000,
    },
  ],
})
