import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '7118-4.1-3',
  title: 'A connection with the protocol sip carries nothing but SIP messages and CRLF keep-alives.',
  on: 'webSocketMessage',
  applies: ({ connection }) =>
    /^sec-websocket-protocol: *sip *\r$/im.test(connection.upgradeResponse?.toString('latin1') ?? ''),
  check: (message) =>
    message.content === 'other' ? violation('the message is no SIP', inBytes(message, message.bytes)) : pass,
})
