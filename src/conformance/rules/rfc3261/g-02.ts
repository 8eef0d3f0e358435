import { defineRule } from '../../rule.js'
import { flawless } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-G-02',
  title: 'A field with a single value stands once.',
  on: 'message',
  check: (message) => flawless(message, ['repeated-header']),
})
