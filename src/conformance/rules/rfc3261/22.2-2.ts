import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.2-2',
  title: 'A 401 response has WWW-Authenticate.',
  on: 'response',
  statuses: [401],
  check: (response) => carries(response, 'WWW-Authenticate'),
})
