import { isUtf8 } from 'node:buffer'
import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '7118-4.2-2',
  title: 'A message that is not UTF-8 is sent as binary.',
  on: 'webSocketMessage',
  applies: ({ webSocket }) => webSocket.opcode === 1,
  check: (message) =>
    isUtf8(message.bytes) ? pass : violation('the text is not UTF-8', inBytes(message, message.bytes)),
})
