import { httpList } from '../../model/handshake.js'
import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '7118-4.1-1',
  title: 'A SIP client offers the WebSocket protocol sip.',
  on: 'handshake',
  check: ({ request }) =>
    httpList(request, 'Sec-WebSocket-Protocol').includes('sip')
      ? pass
      : violation('sip is not offered', inBytes(request, request.head, 'Sec-WebSocket-Protocol')),
})
