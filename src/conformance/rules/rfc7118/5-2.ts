import { offset, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

const startOfSip = /^\s*(SIP\/2\.0 \d{3} |[A-Z]+ \S+ SIP\/2\.0\r\n)/

export const rule = defineRule({
  id: '7118-5-2',
  title: 'A WebSocket message holds one SIP message as a whole.',
  on: 'hop',
  applies: isWebSocket,
  check: (message) => {
    const { head, text, body } = message.sip
    const surplus = text.slice(head.bodyStart + body.length)
    if (startOfSip.test(surplus))
      return violation('a second message follows', offset(message, head.bodyStart + body.length))
    return head.hasEmptyLine ? pass : violation('the message ends within its head', startLine(message))
  },
})
