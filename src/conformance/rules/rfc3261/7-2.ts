import { defineRule } from '../../rule.js'
import { flawless } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-7-2',
  title: 'An empty line ends the head, even without a body.',
  on: 'hop',
  check: (message) => flawless(message, ['no-empty-line']),
})
