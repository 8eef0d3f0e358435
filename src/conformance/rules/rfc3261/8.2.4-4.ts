import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.4-4',
  title: 'A 421 response names in Require what is missing.',
  on: 'response',
  statuses: [421],
  check: (response) => carries(response, 'Require'),
})
