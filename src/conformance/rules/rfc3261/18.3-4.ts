import { defineRule } from '../../rule.js'
import { carries, flawless, isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.3-4',
  title: 'A message over TCP or TLS has Content-Length with the length of its body.',
  on: 'hop',
  applies: (message) => message.reliable && !isWebSocket(message),
  check: (message) =>
    message.sip.has('Content-Length')
      ? flawless(message, ['content-length', 'body-short', 'body-surplus'])
      : carries(message, 'Content-Length'),
})
