import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-34',
  title: 'A sips Request-URI is seen on WSS only.',
  on: 'hop',
  applies: (message) => message.isRequest && isWebSocket(message) && isSips(message.sip.requestUri),
  check: (message) => (message.transport === 'wss' ? pass : violation('it is sent over WS', startLine(message))),
})
