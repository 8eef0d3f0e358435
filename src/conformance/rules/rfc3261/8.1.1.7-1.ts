import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.7-1',
  title: 'Every request has a Via.',
  on: 'hop',
  applies: ({ isRequest }) => isRequest,
  check: (request) => carries(request, 'Via'),
})
