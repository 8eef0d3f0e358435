import { defineRule, inapplicable } from '../../rule.js'
import { flawless, isWebSocket } from '../../vocabulary.js'

const startOfSip = /^\s*(SIP\/2\.0 \d{3} |[A-Z]+ \S+ SIP\/2\.0\r\n)/

export const rule = defineRule({
  id: '7118-D-12',
  title: 'Content-Length, where it is there, counts the bytes of the body.',
  on: 'hop',
  applies: (message) => isWebSocket(message) && message.sip.has('Content-Length') && message.sip.head.hasEmptyLine,
  check: (message) => {
    const { head, text, body } = message.sip
    // A second message in the same WebSocket message is another mistake.
    if (startOfSip.test(text.slice(head.bodyStart + body.length))) return inapplicable
    return flawless(message, ['body-short', 'body-surplus'])
  },
})
