import { httpList, httpValues, statusOf } from '../../model/handshake.js'
import { inBytes } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '7118-4.1-2',
  title: 'A SIP server selects the WebSocket protocol sip.',
  on: 'handshake',
  party: 'server',
  applies: ({ request, response }) =>
    response !== undefined && statusOf(response) === 101 && httpList(request, 'Sec-WebSocket-Protocol').includes('sip'),
  check: ({ response }) => {
    if (response === undefined) return inapplicable
    return httpValues(response, 'Sec-WebSocket-Protocol').join() === 'sip'
      ? pass
      : violation('sip is not selected', inBytes(response, response.head, 'Sec-WebSocket-Protocol'))
  },
})
