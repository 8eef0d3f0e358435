import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.4-6',
  title: 'A response that applies an extension names it in Require.',
  on: 'response',
  statuses: [1, 2],
  applies: ({ sip }) => sip.has('RSeq') || /refresher\s*=\s*uac/i.test(sip.get('Session-Expires') ?? ''),
  check: (response) => {
    const required = tokens(response, 'Require')
    // RFC 3262 3; RFC 4028 9, table 2.
    if (response.sip.has('RSeq') && !required.includes('100rel'))
      return violation('Require does not name 100rel', at(response, 'RSeq'))
    if (response.sip.has('Session-Expires') && !required.includes('timer'))
      return violation('the client is to refresh and Require does not name timer', at(response, 'Session-Expires'))
    return pass
  },
})
