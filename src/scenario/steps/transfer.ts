import { expected, mapping, role, text } from '../fields.js'
import { accepted } from './hold.js'
import { defineStep, shortFor } from './step.js'

export const transfer = defineStep({
  name: 'transfer',
  help: 'Sends the far side elsewhere with REFER and follows its NOTIFY requests (RFC 3515).',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    to: text.describe('URI that the far side is to call'),
    by: role.optional().describe('who sends REFER; the side whose steps these are when left out'),
    expect: expected.optional().describe('the last status that NOTIFY reports, 2xx when left out'),
  }),
  short: shortFor('transfer sip:2001@lab.test', 'to'),
  example: '- call: { from: browser, to: phone }\n- transfer: { to: "sip:2001@lab.test", by: callee }\n- hang up',
  compile(values, at) {
    if (!/^(sips?|tel):|^\$\{/i.test(values.to)) {
      const hint = 'write it such as sip:2001@lab.test'
      at.reading.problem([...at.path, 'to'], `"${values.to}" is not a SIP URI`, { hint })
    }
    return [
      {
        op: 'transfer',
        by: values.by ?? at.ownRole,
        to: at.text(values.to, 'to'),
        expect: values.expect ?? accepted,
      },
    ]
  },
})
