import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-7.4.2-1',
  title: 'SIP has no chunked transfer encoding.',
  on: 'message',
  check: (message) => lacks(message, 'Transfer-Encoding'),
})
