import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.1.1-2',
  title: 'The transport in the top Via is the one that carries the request.',
  on: 'hop',
  // Over WebSocket it is RFC 7118 5.2.
  applies: (message) => message.isRequest && !isWebSocket(message) && message.sip.topVia.transport !== '',
  check: (request) => {
    const { transport } = request.sip.topVia
    return transport.toUpperCase() === request.transport.toUpperCase()
      ? pass
      : violation(`it came over ${request.transport}`, at(request, 'Via', transport))
  },
})
