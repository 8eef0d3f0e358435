import { defineRule } from '../../rule.js'
import { flawless } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-7-1',
  title: 'The start line, every header line and the empty line end in CR LF.',
  on: 'hop',
  check: (message) => flawless(message, ['bare-lf', 'bare-cr']),
})
