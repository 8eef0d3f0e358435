import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.7-2',
  title: 'Protocol name and version in Via are SIP and 2.0.',
  on: 'hop',
  applies: ({ isRequest, viaTexts }) => isRequest && viaTexts.length > 0,
  check: (request) =>
    request.sip.topVia.protocol.toUpperCase() === 'SIP/2.0'
      ? pass
      : violation('the top Via does not begin with SIP/2.0', at(request, 'Via')),
})
