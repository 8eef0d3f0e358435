import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, isWebSocket, urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-9.2-1',
  title: 'A request for a sips URI, or with a sips Route first, is sent over WSS.',
  on: 'hop',
  applies: (message) =>
    message.isRequest &&
    isWebSocket(message) &&
    (isSips(message.sip.requestUri) || isSips(urisOf(message, 'Route')[0] ?? '')),
  check: (message) => (message.transport === 'wss' ? pass : violation('it is sent over WS', startLine(message))),
})
