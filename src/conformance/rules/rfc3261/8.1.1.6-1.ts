import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.6-1',
  title: 'A user agent puts Max-Forwards into every request.',
  on: 'request',
  applies: ({ isFirstHop }) => isFirstHop,
  check: (request) => carries(request, 'Max-Forwards'),
})
