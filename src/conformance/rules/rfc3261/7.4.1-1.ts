import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-7.4.1-1',
  title: 'A message with a body has Content-Type.',
  on: 'message',
  applies: ({ sip }) => sip.bodyLength > 0,
  check: (message) => carries(message, 'Content-Type'),
})
