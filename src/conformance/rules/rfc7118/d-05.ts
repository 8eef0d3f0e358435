import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-05',
  title: 'Via says WS on a plain and WSS on a secure WebSocket.',
  on: 'hop',
  applies: (message) => message.isRequest && isWebSocket(message) && message.sip.topVia.transport !== '',
  check: (request) => {
    const { transport } = request.sip.topVia
    return transport.toUpperCase() === request.transport.toUpperCase()
      ? pass
      : violation(`it came over ${request.transport}`, at(request, 'Via', transport))
  },
})
