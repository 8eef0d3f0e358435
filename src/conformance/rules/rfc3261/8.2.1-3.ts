import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.1-3',
  title: 'A 405 response has Allow.',
  on: 'response',
  statuses: [405],
  check: (response) => carries(response, 'Allow'),
})
